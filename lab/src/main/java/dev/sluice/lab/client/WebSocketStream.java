package dev.sluice.lab.client;

import dev.sluice.wire.WebSocketFrame;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A WebSocket with a message for each event (RFC 6455), in both directions.
final class WebSocketStream implements Transport, EventSink {
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ=="; // Any: nothing between here and the hub caches.

    private final Route route;
    private final String target;
    private final ConnectionSlot<HttpSocket> slot = new ConnectionSlot<>();

    /// @param target the path of the channel
    WebSocketStream(Route route, String target) {
        this.route = route;
        this.target = target;
    }

    @Override
    public void read(ReaderState reader) throws IOException {
        try (var socket = new HttpSocket(route)) {
            @Nullable String cursor = reader.cursor();
            var answer = socket.get(target + "?after=" + (cursor == null ? "latest" : cursor), handshake());
            if (answer.status() != 101) throw new IOException("a handshake was answered with " + answer.status());
            slot.opened(socket);
            reader.ready();
            while (true) take(WebSocketFrame.read(answer.body()), socket, reader);
        } finally {
            slot.closed();
        }
    }

    @Override
    public void send(byte[] data) throws IOException {
        var socket = slot.get();
        String message =
                "{\"channel\":\"" + CHANNEL + "\",\"data\":\"" + new String(data, StandardCharsets.US_ASCII) + "\"}";
        send(socket, WebSocketFrame.TEXT, message.getBytes(StandardCharsets.US_ASCII));
    }

    private Map<String, String> handshake() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Connection", "Upgrade");
        headers.put("Upgrade", "websocket");
        headers.put("Sec-WebSocket-Version", "13");
        headers.put("Sec-WebSocket-Key", KEY);
        headers.putAll(route.headers().ofHandshake("http://" + route.authority()));
        return headers;
    }

    /// Takes a frame; the hub sends each message in one.
    private static void take(WebSocketFrame frame, HttpSocket socket, ReaderState reader) throws IOException {
        byte[] message = frame.payload();
        switch (frame.opcode()) {
            case WebSocketFrame.CLOSE -> throw new IOException("the hub closed the WebSocket");
            case WebSocketFrame.PING -> send(socket, WebSocketFrame.PONG, message);
            case WebSocketFrame.PONG -> {}
            default -> {
                reader.take(message, 0, message.length, reader.nowNs());
                @Nullable String cursor = Cursors.of(message, 0, message.length);
                if (cursor != null) reader.cursor(cursor);
            }
        }
    }

    private static void send(HttpSocket socket, int opcode, byte[] payload) throws IOException {
        socket.write(WebSocketFrame.masked(WebSocketFrame.FIN | opcode, payload).bytes());
    }

    @Override
    public long pauseMs(ReaderState reader, int failures) {
        return Backoff.ms(failures);
    }
}
