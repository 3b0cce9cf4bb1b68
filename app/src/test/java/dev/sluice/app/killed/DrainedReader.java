package dev.sluice.app.killed;

import dev.sluice.wire.HttpChunk;
import dev.sluice.wire.HttpHead;
import dev.sluice.wire.SseBlock;
import dev.sluice.wire.SseParser;
import dev.sluice.wire.WebSocketFrame;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A client that follows `n` over one transport, on a plain socket, and comes back when the hub says. The events are
/// numbers that count up: anything else is a failure.
final class DrainedReader implements Runnable {
    /// How it reads.
    enum Kind {
        SSE("as=sse"),
        WEBSOCKET("as=websocket"),
        LONG_POLL("as=json&wait=30");

        private final String parameters;

        Kind(String parameters) {
            this.parameters = parameters;
        }
    }

    private static final Pattern RETRY_MS = Pattern.compile("\"retryAfterMs\":(\\d+)");
    private static final Pattern JSON_EVENT = Pattern.compile("\"id\":\"([^\"]+)\"[^}]*?\"data\":(\\d+)");
    private static final Pattern JSON_CURSOR = Pattern.compile("\"cursor\":\"([^\"]+)\"");

    /// Where the hub answers nothing, as any client would.
    private static final int AGAIN_MS = 1_000;

    private final Kind kind;
    private final int port;
    private @Nullable String cursor;
    private long retryMs = AGAIN_MS;
    private volatile int last;
    private volatile boolean isOver;
    private volatile @Nullable String failure;

    /// When streams ended and began again, and when the hub refused one, in nanoseconds.
    final Queue<Long> ended = new ConcurrentLinkedQueue<>();

    final Queue<Long> resumed = new ConcurrentLinkedQueue<>();
    final Queue<Long> refused = new ConcurrentLinkedQueue<>();

    /// When the hub told this client to come back.
    final Queue<Long> due = new ConcurrentLinkedQueue<>();

    DrainedReader(Kind kind, int port) {
        this.kind = kind;
        this.port = port;
    }

    /// The number that came last.
    int last() {
        return last;
    }

    @Nullable
    String failure() {
        return failure;
    }

    void end() {
        isOver = true;
    }

    @Override
    public void run() {
        try {
            while (!isOver) {
                boolean wasOpen = false;
                boolean isTold = true;
                try (Socket socket = new Socket("127.0.0.1", port)) {
                    wasOpen = read(socket);
                } catch (ConnectException noHub) {
                    isTold = false;
                    retryMs = AGAIN_MS + ThreadLocalRandom.current().nextInt(AGAIN_MS);
                } catch (IOException cut) {
                    wasOpen = true;
                }
                if (wasOpen && kind != Kind.LONG_POLL) ended.add(System.nanoTime());
                if (isTold && retryMs > 0) due.add(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(retryMs));
                TimeUnit.MILLISECONDS.sleep(retryMs);
            }
        } catch (RuntimeException | InterruptedException broken) {
            failure = broken.toString();
        }
    }

    /// @return whether the hub accepted it
    private boolean read(Socket socket) throws IOException {
        String upgrade = kind == Kind.WEBSOCKET
                ? "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                : "";
        String path = "/channels/n?" + kind.parameters + (cursor == null ? "" : "&after=" + cursor);
        String request = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n" + upgrade + "\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        var in = new BufferedInputStream(socket.getInputStream(), 1 << 10);
        HttpHead head = HttpHead.read(in);
        String after = head.field("Retry-After");
        if (after != null) retryMs = TimeUnit.SECONDS.toMillis(Long.parseLong(after));
        if (head.status() == 503) {
            refused.add(System.nanoTime());
            return false;
        }
        boolean isRefusedStream = kind == Kind.SSE && head.contentLength() > 0;
        if (cursor != null && !isRefusedStream) resumed.add(System.nanoTime());
        try {
            switch (kind) {
                case SSE -> {
                    if (!isRefusedStream) readChunks(in);
                    else return refusal(head.body(in).readAllBytes());
                }
                case WEBSOCKET -> readFrames(in);
                case LONG_POLL -> {
                    retryMs = 0;
                    take(new String(head.body(in).readAllBytes(), StandardCharsets.UTF_8));
                }
            }
        } catch (EOFException end) {
            return true;
        }
        return true;
    }

    /// An EventSource is refused by a stream that says when to come back, because it would not repeat a 503.
    private boolean refusal(byte[] stream) throws IOException {
        new SseParser().parse(stream).forEach(this::take);
        refused.add(System.nanoTime());
        return false;
    }

    private void readChunks(InputStream in) throws IOException {
        var sse = new SseParser();
        while (!isOver) {
            HttpChunk chunk = HttpChunk.read(in);
            if (chunk.isLast()) return;
            sse.parse(chunk.data()).forEach(this::take);
        }
    }

    private void take(SseBlock block) {
        if (block.type().equals("sluice.gap")) throw new IllegalStateException(block.toString());
        if (block.retryMs() >= 0) retryMs = block.retryMs();
        if (block.data() != null && block.event() == null) take(Integer.parseInt(block.data()));
        if (block.id() != null) cursor = block.id();
    }

    private void readFrames(InputStream in) throws IOException {
        while (!isOver) {
            WebSocketFrame frame = WebSocketFrame.read(in);
            if (frame.opcode() == WebSocketFrame.CLOSE) return;
            if (frame.opcode() == WebSocketFrame.TEXT) take(new String(frame.payload(), StandardCharsets.UTF_8));
        }
    }

    /// Takes a message or a page.
    private void take(String json) {
        if (json.contains("\"gap\":")) throw new IllegalStateException(json);
        Matcher retry = RETRY_MS.matcher(json);
        if (retry.find()) retryMs = Long.parseLong(retry.group(1));
        Matcher event = JSON_EVENT.matcher(json);
        while (event.find()) {
            take(Integer.parseInt(event.group(2)));
            cursor = event.group(1);
        }
        Matcher found = JSON_CURSOR.matcher(json);
        if (found.find()) cursor = found.group(1);
    }

    private void take(int number) {
        if (last != 0 && number != last + 1) throw new IllegalStateException(kind + ": " + number + " after " + last);
        last = number;
    }
}
