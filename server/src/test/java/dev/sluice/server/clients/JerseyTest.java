package dev.sluice.server.clients;

final class JerseyTest implements LossContract {
    @Override
    public ForeignClient client() {
        return JerseyClient.INSTANCE;
    }
}
