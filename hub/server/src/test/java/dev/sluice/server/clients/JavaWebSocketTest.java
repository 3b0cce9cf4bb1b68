package dev.sluice.server.clients;

import org.junit.jupiter.api.Tag;

@Tag("long")
final class JavaWebSocketTest implements WebSocketContract, DeadConnectionContract {
    @Override
    public ForeignClient client() {
        return JavaWebSocketClient.INSTANCE;
    }
}
