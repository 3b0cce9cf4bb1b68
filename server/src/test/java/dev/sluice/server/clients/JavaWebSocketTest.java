package dev.sluice.server.clients;

final class JavaWebSocketTest implements WebSocketContract, SilenceContract {
    @Override
    public ForeignClient client() {
        return JavaWebSocketClient.INSTANCE;
    }
}
