package dev.sluice.client.http;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Passes items from callbacks to the one thread that waits for them, in order. It is bounded by the demand of {@link
 * java.util.concurrent.Flow}: an item is only put in after it was requested.
 */
public final class MessageQueue<T> {
    private final Monitor monitor;
    private final Queue<T> items = new ArrayDeque<>();
    private @Nullable Throwable failure;

    public MessageQueue(Monitor monitor) {
        this.monitor = monitor;
    }

    public void put(T item) {
        monitor.change(() -> items.add(item));
    }

    /** Ends the queue with a failure. Items put in before can still be taken. */
    public void fail(Throwable reason) {
        monitor.change(() -> failure = reason);
    }

    /**
     * Waits for the next item.
     *
     * @throws IOException on timeout, or if the queue has failed
     */
    public T take(Duration atMost) throws IOException, InterruptedException {
        return monitor.await(this::next, atMost);
    }

    private @Nullable T next() throws IOException {
        T item = items.poll();
        if (item == null && failure != null) throw new IOException(message(failure), failure);
        return item;
    }

    private static String message(Throwable failure) {
        var message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }
}
