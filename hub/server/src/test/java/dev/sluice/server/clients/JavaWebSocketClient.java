package dev.sluice.server.clients;

import java.net.URI;
import org.java_websocket.client.WebSocketClient;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.extensions.permessage_deflate.PerMessageDeflateExtension;
import org.java_websocket.handshake.ServerHandshake;
import org.jspecify.annotations.Nullable;

/// Java-WebSocket, with its compression.
enum JavaWebSocketClient implements ForeignClient {
    INSTANCE;

    @Override
    public Run follow(URI channel, @Nullable String lastId, ReceivedEvents received) {
        Socket socket = new Socket(ForeignClient.webSocketAfter(channel, lastId), received);
        socket.connect();
        return socket;
    }

    @Override
    public boolean reconnects() {
        return false;
    }

    private static final class Socket extends WebSocketClient implements Run {
        private final ReceivedEvents received;

        Socket(URI uri, ReceivedEvents received) {
            super(uri, new Draft_6455(new PerMessageDeflateExtension()));
            this.received = received;
            setConnectionLostTimeout((int) SILENCE_MAX.toSeconds());
        }

        @Override
        public void onOpen(ServerHandshake handshake) {}

        @Override
        public void onMessage(String text) {
            Envelopes.read(text, received);
        }

        @Override
        public void onClose(int code, String reason, boolean byServer) {
            received.ended("closed " + code + " " + reason);
        }

        @Override
        public void onError(Exception failure) {
            received.note("failed: " + failure);
        }
    }
}
