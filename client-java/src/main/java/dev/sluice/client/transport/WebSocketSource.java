package dev.sluice.client.transport;

import dev.sluice.client.http.Mailbox;
import dev.sluice.client.http.NotAHubException;
import dev.sluice.client.http.RefusalException;
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
 * WebSocket (RFC 6455), a message per event or word of the hub. A message is asked for when the last was taken, so a
 * reader that takes its time holds back the connection; its Pongs wait as well, which a hub must bear.
 *
 * <p>The client of java.net.http (17 to 25) now and then loses all that comes right behind the handshake, a cut included,
 * and is silent from then on (docs/evidence/JdkWebSocket.java). So a Ping goes out first: a line whose Pong does not come
 * is dead long before its heartbeats are missed.
 */
public final class WebSocketSource implements Source {
    /** What a connection brings, before it is understood. */
    private sealed interface Frame {
        record Text(String text) implements Frame {}

        @SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
        record Binary(byte[] bytes) implements Frame {}

        record Ping() implements Frame {}

        record Pong() implements Frame {}

        record TooLong() implements Frame {}

        record Close(int code, String reason) implements Frame {}
    }

    /** A refusal is this code plus its status. */
    private static final int REFUSED = 4000;

    private static final Duration PONG_MAX = Duration.ofSeconds(10);

    private final Line line;
    private final boolean isRaw;
    private final WebSocket socket;
    private final Mailbox<Frame> frames;
    private Duration silenceMax;

    private WebSocketSource(Line line, boolean isRaw, WebSocket socket, Mailbox<Frame> frames) {
        this.line = line;
        this.isRaw = isRaw;
        this.socket = socket;
        this.frames = frames;
        silenceMax = PONG_MAX.compareTo(line.silenceMax()) < 0 ? PONG_MAX : line.silenceMax();
        var unused = socket.sendPing(ByteBuffer.allocate(0)); // If it fails, so does the line.
    }

    /**
     * Shakes hands.
     *
     * @param isRaw whether the address asks for the data alone
     */
    public static Source open(Line line, URI uri, boolean isRaw)
            throws IOException, InterruptedException, RefusalException {
        var frames = new Mailbox<Frame>(line.waiting());
        try {
            var listener = new Listener(frames, line.messageBytesMax());
            var socket = line.web().open(uri, listener, line.waiting(), line.answerMax());
            return new WebSocketSource(line, isRaw, socket, frames);
        } catch (IOException reason) {
            if (reason.getCause() instanceof WebSocketHandshakeException refused) throw refusal(line, refused);
            throw reason;
        }
    }

    private static RefusalException refusal(Line line, WebSocketHandshakeException refused) {
        var response = refused.getResponse();
        var body = response.body() instanceof String text ? text : "";
        return RefusalException.answered(
                response.statusCode(), response.headers(), body, line.waiting().now());
    }

    @Override
    public Arrival next()
            throws IOException, InterruptedException, RefusalException, NotAHubException, MalformedException {
        while (true) {
            socket.request(1);
            var arrival = read(frames.take(silenceMax));
            if (arrival != null) return arrival;
        }
    }

    private @Nullable Arrival read(Frame frame)
            throws IOException, RefusalException, NotAHubException, MalformedException {
        if (frame instanceof Frame.Text text) {
            if (isRaw) return raw(text.text().getBytes(StandardCharsets.UTF_8), true);
            return Wire.read(Wire.parse(text.text()));
        }
        if (frame instanceof Frame.Binary binary) {
            if (isRaw) return raw(binary.bytes(), false);
            throw new MalformedException("a binary message came where JSON was asked for");
        }
        if (frame instanceof Frame.TooLong) {
            throw new MalformedException("a message is longer than " + line.messageBytesMax() + " bytes");
        }
        if (frame instanceof Frame.Close close) return closed(close.code(), close.reason());
        if (frame instanceof Frame.Pong) silenceMax = line.silenceMax();
        return new Arrival.Heartbeat(null, OptionalLong.empty());
    }

    private static Arrival raw(byte[] bytes, boolean isText) {
        return new Arrival.Raw(bytes, isText, "message", null);
    }

    private static Arrival closed(int code, String reason) throws IOException, RefusalException {
        if (code == WebSocket.NORMAL_CLOSURE) return new Arrival.Over();
        if (code >= REFUSED + 400 && code < REFUSED + 600) {
            int status = code - REFUSED;
            throw RefusalException.said(status, RefusalException.isPassing(status), reason, null);
        }
        throw new IOException("closed with code " + code + (reason.isEmpty() ? "" : ": " + reason));
    }

    /** Says goodbye if the line still takes it, and hangs up in any case. */
    @Override
    public void close() {
        var unused = socket.sendClose(WebSocket.NORMAL_CLOSURE, "").whenComplete((sent, failure) -> socket.abort());
    }

    /** Runs on threads of java.net.http, one call at a time. */
    private static final class Listener implements WebSocket.Listener {
        private final Mailbox<Frame> frames;
        private final int messageBytesMax;
        private final StringBuilder text = new StringBuilder();
        private final ByteArrayOutputStream binary = new ByteArrayOutputStream();

        Listener(Mailbox<Frame> frames, int messageBytesMax) {
            this.frames = frames;
            this.messageBytesMax = messageBytesMax;
        }

        @Override
        public void onOpen(WebSocket socket) {} // The reader asks for the first message.

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
            frames.put(new Frame.Ping()); // The Pong is sent without us.
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
