package dev.sluice.client.http;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Hands what callbacks bring to the one thread that waits for it, in order. Whoever puts in has been asked for each item
 * (the demand of {@link java.util.concurrent.Flow}), and that bounds it.
 */
public final class Mailbox<T> {
    private final Waiting waiting;
    private final Queue<T> items = new ArrayDeque<>();
    private @Nullable Throwable failure;

    public Mailbox(Waiting waiting) {
        this.waiting = waiting;
    }

    public void put(T item) {
        waiting.change(() -> items.add(item));
    }

    /** Says that nothing more will come, and why; what was put in before can still be taken. */
    public void fail(Throwable reason) {
        waiting.change(() -> failure = reason);
    }

    /** The next item. @throws IOException if nothing came in that time, or nothing will */
    public T take(Duration atMost) throws IOException, InterruptedException {
        return waiting.await(this::next, atMost);
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
