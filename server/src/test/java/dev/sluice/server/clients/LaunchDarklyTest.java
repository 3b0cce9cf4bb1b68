package dev.sluice.server.clients;

final class LaunchDarklyTest implements LossContract {
    @Override
    public ForeignClient client() {
        return LaunchDarklyClient.INSTANCE;
    }
}
