package dev.sluice.lab.client;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A WebSocket with a message for each event (RFC 6455), in both directions.
final class WebSocketStream implements Transport, EventSink {
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ=="; // Any: nothing between here and the hub caches.
    private static final int MESSAGE_BYTES_MAX = 1 << 20;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;

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
            var in = new DataInputStream(answer.body());
            while (true) frame(in, socket, reader);
        } finally {
            slot.closed();
        }
    }

    @Override
    public void send(byte[] data) throws IOException {
        var socket = slot.get();
        String message =
                "{\"channel\":\"" + CHANNEL + "\",\"data\":\"" + new String(data, StandardCharsets.US_ASCII) + "\"}";
        socket.write(WebSocketFrame.of(WebSocketFrame.TEXT, message.getBytes(StandardCharsets.US_ASCII)));
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

    private static void frame(DataInputStream in, HttpSocket socket, ReaderState reader) throws IOException {
        int opcode = in.readUnsignedByte() & 0x0F; // The hub sends each message in one frame.
        long length = in.readUnsignedByte();
        if (length == 126) length = in.readUnsignedShort();
        else if (length == 127) length = in.readLong();
        if (length > MESSAGE_BYTES_MAX) throw new IOException("a message is longer than 1 MiB");
        var message = new byte[(int) length];
        in.readFully(message);
        switch (opcode) {
            case CLOSE -> throw new IOException("the hub closed the WebSocket");
            case PING -> socket.write(WebSocketFrame.of(PONG, message));
            case PONG -> {}
            default -> {
                reader.take(message, 0, message.length, reader.nowNs());
                @Nullable String cursor = Cursors.of(message, 0, message.length);
                if (cursor != null) reader.cursor(cursor);
            }
        }
    }

    @Override
    public long pauseMs(ReaderState reader, int failures) {
        return Backoff.ms(failures);
    }
}
