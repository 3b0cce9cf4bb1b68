package dev.sluice.server.maximum;

import dev.sluice.server.Await;
import dev.sluice.server.RawClient;
import dev.sluice.server.TestServer;
import dev.sluice.server.transport.SseListener;
import dev.sluice.server.transport.WebSocketListener;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Publishes one event after the other, and waits for each: for its acknowledgement, and for its delivery over
/// Server-Sent Events and over WebSocket. Whatever else happens fails it: a refusal, a gap, an end, an event that is
/// missing, comes twice or in the wrong order.
final class Bystander implements AutoCloseable {
    private static final String PATH = "/channels/bystander";

    private final RawClient publisher;
    private final SseListener sse;
    private final WebSocketListener webSocket;
    private final AtomicInteger turns = new AtomicInteger();
    private final Thread thread;
    private volatile boolean isLeaving;
    private volatile @Nullable Throwable failure;

    Bystander(TestServer server) {
        publisher = new RawClient(server);
        sse = new SseListener(server, PATH, false, "Accept: text/event-stream");
        webSocket = new WebSocketListener(server, PATH, true);
        thread = Thread.ofVirtual().start(this::run);
    }

    private void run() {
        try {
            while (!isLeaving) turn("event " + turns.get());
        } catch (RuntimeException | AssertionError broken) {
            failure = broken;
        }
    }

    private void turn(String data) {
        publisher.send("POST " + PATH + " HTTP/1.1\r\nHost: localhost\r\nIdempotency-Key: " + data.replace(' ', '-')
                + "\r\nContent-Length: " + data.length() + "\r\n\r\n" + data);
        String answer = publisher.until("}\n");
        if (!answer.startsWith("HTTP/1.1 201 ")) throw new AssertionError(data + " was refused: " + answer);
        sse.expect(data);
        webSocket.expect(data);
        turns.incrementAndGet();
    }

    /// Waits until so many more events are published and delivered.
    void turns(int more) {
        int goal = turns.get() + more;
        Await.that(() -> failure != null || turns.get() >= goal, () -> "the bystander waits since turn " + turns);
        check();
    }

    private void check() {
        if (failure != null) throw new AssertionError("the bystander's turn " + turns, failure);
    }

    /// Ends what is under way.
    @Override
    public void close() {
        isLeaving = true;
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
