package dev.sluice.server.clients;

final class JavaWebSocketTest implements LossContract {
    @Override
    public ForeignClient client() {
        return JavaWebSocketClient.INSTANCE;
    }
}
