package dev.sluice.server.maximum;

import dev.sluice.server.Await;
import dev.sluice.server.RawClient;
import dev.sluice.server.TestServer;
import dev.sluice.server.transport.SseListener;
import dev.sluice.server.transport.WebSocketListener;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Publishes events one at a time, and waits for the acknowledgement of each and its delivery over Server-Sent
/// Events and over WebSocket. Anything else fails it: a refusal, a gap, an end, or a missing, repeated or
/// misordered event.
final class Bystander implements AutoCloseable {
    private static final String PATH = "/channels/bystander";

    private final RawClient publisher;
    private final SseListener sse;
    private final WebSocketListener webSocket;
    private final AtomicInteger rounds = new AtomicInteger();
    private final Thread thread;
    private volatile boolean isStopping;
    private volatile @Nullable Throwable failure;

    Bystander(TestServer server) {
        publisher = new RawClient(server);
        sse = new SseListener(server, PATH, false, "Accept: text/event-stream");
        webSocket = new WebSocketListener(server, PATH, true);
        thread = Thread.ofVirtual().start(this::run);
    }

    private void run() {
        try {
            while (!isStopping) round("event " + rounds.get());
        } catch (RuntimeException | AssertionError broken) {
            failure = broken;
        }
    }

    private void round(String data) {
        publisher.send("POST " + PATH + " HTTP/1.1\r\nHost: localhost\r\nIdempotency-Key: " + data.replace(' ', '-')
                + "\r\nContent-Length: " + data.length() + "\r\n\r\n" + data);
        String answer = publisher.until("}\n");
        if (!answer.startsWith("HTTP/1.1 201 ")) throw new AssertionError(data + " was refused: " + answer);
        sse.expect(data);
        webSocket.expect(data);
        rounds.incrementAndGet();
    }

    /// Waits until this many more events are published and delivered.
    void rounds(int more) {
        int target = rounds.get() + more;
        Await.that(() -> failure != null || rounds.get() >= target, () -> "the bystander is stuck in round " + rounds);
        check();
    }

    private void check() {
        if (failure != null) throw new AssertionError("the bystander failed in round " + rounds, failure);
    }

    /// Finishes the event in progress.
    @Override
    public void close() {
        isStopping = true;
        try {
            thread.join(TestServer.PATIENCE);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        } finally {
            publisher.close();
            sse.close();
            webSocket.close();
        }
        check();
    }
}
