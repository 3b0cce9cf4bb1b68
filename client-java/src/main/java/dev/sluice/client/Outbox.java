package dev.sluice.client;

import dev.sluice.client.http.Waiting;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be sent, in order, within a limit of bytes; one thread sends it, one after the other, so that a later
 * event never overtakes one that is being retried. For any thread.
 */
final class Outbox implements AutoCloseable {
    /** What an entry takes besides its data, roughly: the request, its headers, the future. */
    private static final int ENTRY_BYTES = 1024;

    private static final Duration LONG = Duration.ofDays(1);

    /** Turns the hub's answer into what the caller is told. */
    interface Reader<T> {
        T read(Sender.Taken taken);
    }

    private record Entry<T>(
            HttpRequest request, long bytes, Instant giveUp, Reader<T> reader, CompletableFuture<T> result) {
        void send(Sender sender) throws InterruptedException {
            if (result.isDone()) return; // Withdrawn while it waited.
            try {
                result.complete(reader.read(sender.send(request, giveUp, result::isDone)));
            } catch (CancellationException closed) {
                throw closed;
            } catch (RuntimeException reason) { // Whatever it is, it is this entry's, and the next has its own chance.
                result.completeExceptionally(reason);
            }
        }

        void giveUp(boolean mayHaveArrived) {
            result.completeExceptionally(
                    new UnreachableException("Closed before the hub had answered.", mayHaveArrived, null));
        }
    }

    private final Settings settings;
    private final Sender sender;
    private final Waiting waiting;
    private final Queue<Entry<?>> queue = new ArrayDeque<>();
    private long keptBytes;
    private @Nullable Thread thread;

    /** @param waiting this outbox' own; the sender waits there as well */
    Outbox(Settings settings, Sender sender, Waiting waiting) {
        this.settings = settings;
        this.sender = sender;
        this.waiting = waiting;
    }

    /**
     * Puts a publish behind all others.
     *
     * @throws BufferFullException   if there is no room
     * @throws IllegalStateException if this is closed
     */
    <T> CompletableFuture<T> add(HttpRequest request, long dataBytes, Reader<T> reader) {
        var result = new CompletableFuture<T>();
        long bytes = dataBytes + ENTRY_BYTES;
        var giveUp = waiting.now().plus(settings.retryFor());
        waiting.change(() -> {
            if (waiting.isClosed()) throw new IllegalStateException("This client is closed.");
            if (keptBytes + bytes > settings.keptBytesMax()) {
                throw new BufferFullException(bytes, keptBytes, settings.keptBytesMax());
            }
            queue.add(new Entry<>(request, bytes, giveUp, reader, result));
            keptBytes += bytes;
            if (thread == null) {
                thread = settings.threads().newThread(this::run);
                thread.start();
            }
        });
        return result;
    }

    /** Blocks until all is sent or given up. @return false if that takes longer than this */
    boolean awaitEmpty(Duration atMost) throws InterruptedException {
        try {
            return waiting.await(() -> queue.isEmpty() ? true : null, atMost);
        } catch (IOException silence) {
            return false;
        }
    }

    /** Whether the caller is the thread that sends, and so would wait for itself. */
    boolean isSending() {
        return Thread.currentThread().equals(thread);
    }

    private void run() {
        try {
            while (true) {
                var entry = first();
                if (entry == null) continue;
                entry.send(sender);
                waiting.change(() -> remove(entry));
            }
        } catch (CancellationException | InterruptedException reason) {
            waiting.close();
            giveUpAll();
        }
    }

    /** An entry stays in the queue, and counts, while it is being sent. */
    private @Nullable Entry<?> first() throws InterruptedException {
        try {
            return waiting.await(queue::peek, LONG);
        } catch (IOException silence) {
            return null;
        }
    }

    private void remove(Entry<?> entry) {
        queue.remove(); // The first: others come behind it.
        keptBytes -= entry.bytes();
    }

    private void giveUpAll() {
        boolean isFirst = true;
        for (var entry : queue) {
            entry.giveUp(isFirst);
            isFirst = false;
        }
    }

    /** What is not sent by now fails. */
    @Override
    public void close() {
        waiting.close();
    }
}
