package dev.sluice.client;

import dev.sluice.client.http.Deadline;
import dev.sluice.client.http.Monitor;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A queue of publishes, limited in bytes. One thread sends them one at a time, so that an event never overtakes an
 * earlier one that is being retried. Safe for use by many threads.
 */
final class Outbox implements AutoCloseable {
    /** Approximate memory of an entry besides its data: the request, its headers, the future. */
    private static final int ENTRY_BYTES = 1024;

    private static final Duration WAIT_MAX = Duration.ofDays(1);

    /** Converts the hub's answer to the caller's result. */
    interface ResultReader<T> {
        T read(Sender.Accepted accepted);
    }

    private record Entry<T>(
            HttpRequest request, long bytes, Deadline deadline, ResultReader<T> reader, CompletableFuture<T> result) {
        /**
         * Sends the publish, unless its deadline has passed while the hub did not answer those before it.
         *
         * @param isHubAway whether the one before it was given up
         * @return whether this one was given up
         */
        boolean send(Sender sender, boolean isHubAway) throws InterruptedException {
            if (result.isDone()) return isHubAway; // Cancelled while it waited.
            try {
                if (isHubAway && deadline.remaining().isNegative()) {
                    throw new UnreachableException(
                            "Gave up on " + request.uri() + ": the hub did not answer the publishes before it.",
                            false,
                            null);
                }
                result.complete(reader.read(sender.send(request, deadline, result::isDone)));
            } catch (CancellationException closed) {
                throw closed;
            } catch (RuntimeException | Error reason) { // Concerns this entry only; the next one is still sent.
                result.completeExceptionally(reason);
                return reason instanceof UnreachableException;
            }
            return false;
        }

        void fail(boolean mayHaveArrived) {
            result.completeExceptionally(new UnreachableException(
                    "The client was closed before the hub had answered.", mayHaveArrived, null));
        }
    }

    private final Settings settings;
    private final Sender sender;
    private final Monitor monitor;
    private final Queue<Entry<?>> queue = new ArrayDeque<>();
    private long keptBytes;

    /** Whether the publish before the first one in the queue was given up. */
    private boolean isHubAway;

    private @Nullable Thread thread;

    /** @param monitor used by this outbox and its sender only */
    Outbox(Settings settings, Sender sender, Monitor monitor) {
        this.settings = settings;
        this.sender = sender;
        this.monitor = monitor;
    }

    /**
     * Appends a publish to the queue.
     *
     * @throws BufferFullException   if the queue is full
     * @throws IllegalStateException if this is closed
     */
    <T> CompletableFuture<T> add(HttpRequest request, long dataBytes, ResultReader<T> reader) {
        var result = new CompletableFuture<T>();
        long bytes = dataBytes + ENTRY_BYTES;
        var deadline = monitor.deadline(settings.retryFor());
        monitor.change(() -> {
            if (monitor.isClosed()) throw new IllegalStateException("This client is closed: create a new one.");
            if (keptBytes + bytes > settings.keptBytesMax()) {
                throw new BufferFullException(bytes, keptBytes, settings.keptBytesMax());
            }
            if (thread == null) {
                var sending = settings.threads().newThread(this::run);
                sending.start(); // May fail: then the next publish tries again.
                thread = sending;
            }
            queue.add(new Entry<>(request, bytes, deadline, reader, result));
            keptBytes += bytes;
        });
        return result;
    }

    /**
     * Blocks until all publishes have succeeded or failed.
     *
     * @return false on timeout
     */
    boolean awaitEmpty(Duration atMost) throws InterruptedException {
        try {
            return monitor.await(() -> queue.isEmpty() ? true : null, atMost);
        } catch (IOException silence) {
            return false;
        }
    }

    /** Returns true on the sending thread, which must not wait for itself. */
    boolean isSending() {
        return Thread.currentThread().equals(thread);
    }

    private void run() {
        try {
            while (true) {
                var entry = first();
                if (entry == null) continue;
                boolean isGivenUp = entry.send(sender, isHubAway);
                monitor.change(() -> remove(entry, isGivenUp));
            }
        } catch (CancellationException | InterruptedException reason) {
            monitor.close();
            failAll();
        }
    }

    /** Returns the first entry. It stays in the queue, and counts towards the limit, while it is being sent. */
    private @Nullable Entry<?> first() throws InterruptedException {
        try {
            return monitor.await(queue::peek, WAIT_MAX);
        } catch (IOException silence) {
            return null;
        }
    }

    private void remove(Entry<?> entry, boolean isGivenUp) {
        queue.remove(); // The first entry: others are only appended.
        keptBytes -= entry.bytes();
        isHubAway = isGivenUp && !queue.isEmpty(); // The first attempt of one that has not waited is always made.
    }

    private void failAll() {
        boolean isFirst = true;
        for (var entry : queue) {
            entry.fail(isFirst);
            isFirst = false;
        }
    }

    /** Ends sending; waiting publishes fail. */
    @Override
    public void close() {
        monitor.close();
    }
}
