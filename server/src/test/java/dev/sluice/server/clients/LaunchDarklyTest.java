package dev.sluice.server.clients;

final class LaunchDarklyTest implements SilenceContract {
    @Override
    public ForeignClient client() {
        return LaunchDarklyClient.INSTANCE;
    }
}
