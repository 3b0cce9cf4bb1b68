package dev.sluice.client.transport;

import dev.sluice.client.http.HttpStatusException;
import dev.sluice.client.http.MessageQueue;
import dev.sluice.client.http.NotAHubException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * WebSocket (RFC 6455), with one message per event or control message of the hub.
 * A message is requested when the previous one has been taken, so a slow reader
 * causes backpressure. This delays its Pongs too, which a hub must tolerate.
 *
 * <p>The client of java.net.http (17 to 25) sometimes loses all data that directly follows the handshake, even a lost
 * connection, and stays silent (docs/evidence/JdkWebSocket.java). Therefore a Ping is sent first: a missing Pong
 * reveals a dead connection long before missed heartbeats do.
 */
public final class WebSocketSource implements Source {
    /** A received frame before it is interpreted. */
    private sealed interface Frame {
        record Text(String text) implements Frame {}

        @SuppressWarnings("ArrayRecordComponent") // Never compared.
        record Binary(byte[] bytes) implements Frame {}

        record Ping() implements Frame {}

        record Pong() implements Frame {}

        record TooLong() implements Frame {}

        record Close(int code, String reason) implements Frame {}
    }

    /** The close code of a refusal is this number plus the HTTP status. */
    private static final int REFUSED = 4000;

    private static final Duration PONG_MAX = Duration.ofSeconds(10);

    private final Connector connector;
    private final boolean isRaw;
    private final WebSocket socket;
    private final MessageQueue<Frame> frames;
    private Duration silenceMax;

    private WebSocketSource(Connector connector, boolean isRaw, WebSocket socket, MessageQueue<Frame> frames) {
        this.connector = connector;
        this.isRaw = isRaw;
        this.socket = socket;
        this.frames = frames;
        silenceMax = PONG_MAX.compareTo(connector.silenceMax()) < 0 ? PONG_MAX : connector.silenceMax();
        var unused = socket.sendPing(ByteBuffer.allocate(0)); // If it fails, the connection fails as well.
    }

    /**
     * Opens the connection.
     *
     * @param isRaw true if the address requests only the data
     */
    public static Source open(Connector connector, URI uri, boolean isRaw)
            throws IOException, InterruptedException, HttpStatusException {
        var frames = new MessageQueue<Frame>(connector.monitor());
        try {
            var listener = new Listener(frames, connector.messageBytesMax());
            var socket = connector.hubHttp().open(uri, listener, connector.monitor(), connector.answerMax());
            return new WebSocketSource(connector, isRaw, socket, frames);
        } catch (IOException reason) {
            if (reason.getCause() instanceof WebSocketHandshakeException refused) throw refusal(connector, refused);
            throw reason;
        }
    }

    private static HttpStatusException refusal(Connector connector, WebSocketHandshakeException refused) {
        var response = refused.getResponse();
        var body = response.body() instanceof String text ? text : "";
        return HttpStatusException.fromResponse(
                response.statusCode(),
                response.headers(),
                body,
                connector.monitor().now());
    }

    @Override
    public Arrival next()
            throws IOException, InterruptedException, HttpStatusException, NotAHubException, MalformedException {
        while (true) {
            socket.request(1);
            var arrival = read(frames.take(silenceMax));
            if (arrival != null) return arrival;
        }
    }

    private @Nullable Arrival read(Frame frame)
            throws IOException, HttpStatusException, NotAHubException, MalformedException {
        if (frame instanceof Frame.Text text) {
            if (isRaw) return raw(text.text().getBytes(StandardCharsets.UTF_8), true);
            return Wire.read(Wire.parse(text.text()));
        }
        if (frame instanceof Frame.Binary binary) {
            if (isRaw) return raw(binary.bytes(), false);
            throw new MalformedException("received a binary message instead of JSON");
        }
        if (frame instanceof Frame.TooLong) {
            throw new MalformedException("a message is longer than " + connector.messageBytesMax() + " bytes");
        }
        if (frame instanceof Frame.Close close) return closed(close.code(), close.reason());
        if (frame instanceof Frame.Pong) silenceMax = connector.silenceMax();
        return new Arrival.Heartbeat(null, OptionalLong.empty());
    }

    private static Arrival raw(byte[] bytes, boolean isText) {
        return new Arrival.Raw(bytes, isText, "message", null);
    }

    private static Arrival closed(int code, String reason) throws IOException, HttpStatusException {
        if (code == WebSocket.NORMAL_CLOSURE) return new Arrival.Over();
        if (code >= REFUSED + 400 && code < REFUSED + 600) {
            int status = code - REFUSED;
            throw HttpStatusException.onStream(status, HttpStatusException.isTransient(status), reason, null);
        }
        throw new IOException("closed with code " + code + (reason.isEmpty() ? "" : ": " + reason));
    }

    /** Sends a close frame if possible, then closes the connection in any case. */
    @Override
    public void close() {
        var unused = socket.sendClose(WebSocket.NORMAL_CLOSURE, "").whenComplete((sent, failure) -> socket.abort());
    }

    /** Called on threads of java.net.http, one call at a time. */
    private static final class Listener implements WebSocket.Listener {
        private final MessageQueue<Frame> frames;
        private final int messageBytesMax;
        private final StringBuilder text = new StringBuilder();
        private final ByteArrayOutputStream binary = new ByteArrayOutputStream();

        Listener(MessageQueue<Frame> frames, int messageBytesMax) {
            this.frames = frames;
            this.messageBytesMax = messageBytesMax;
        }

        @Override
        public void onOpen(WebSocket socket) {} // The reader requests the first message.

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean isLast) {
            if (isTooLong(socket, text.length() + part.length())) return null;
            text.append(part);
            if (isLast) {
                frames.put(new Frame.Text(text.toString()));
                text.setLength(0);
            } else {
                socket.request(1);
            }
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer part, boolean isLast) {
            if (isTooLong(socket, binary.size() + part.remaining())) return null;
            var bytes = new byte[part.remaining()];
            part.get(bytes);
            binary.write(bytes, 0, bytes.length);
            if (isLast) {
                frames.put(new Frame.Binary(binary.toByteArray()));
                binary.reset();
            } else {
                socket.request(1);
            }
            return null;
        }

        private boolean isTooLong(WebSocket socket, int length) {
            if (length <= messageBytesMax) return false;
            frames.put(new Frame.TooLong());
            var unused = socket.sendClose(1009, "too long"); // RFC 6455 §7.4.1
            return true;
        }

        @Override
        public @Nullable CompletionStage<?> onPing(WebSocket socket, ByteBuffer message) {
            frames.put(new Frame.Ping()); // java.net.http sends the Pong itself.
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onPong(WebSocket socket, ByteBuffer message) {
            frames.put(new Frame.Pong());
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            frames.put(new Frame.Close(code, reason));
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable reason) {
            frames.fail(reason);
        }
    }
}
