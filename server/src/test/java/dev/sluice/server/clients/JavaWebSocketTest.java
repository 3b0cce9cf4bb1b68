package dev.sluice.server.clients;

final class JavaWebSocketTest implements WebSocketContract {
    @Override
    public ForeignClient client() {
        return JavaWebSocketClient.INSTANCE;
    }
}
