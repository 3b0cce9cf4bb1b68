package dev.sluice.server.clients;

import org.junit.jupiter.api.Tag;

@Tag("long")
final class JerseyTest implements LossContract {
    @Override
    public ForeignClient client() {
        return JerseyClient.INSTANCE;
    }
}
