package dev.sluice.server.clients;

import org.junit.jupiter.api.Tag;

@Tag("long")
final class LaunchDarklyTest implements DeadConnectionContract {
    @Override
    public ForeignClient client() {
        return LaunchDarklyClient.INSTANCE;
    }
}
