package dev.sluice.client;

import dev.sluice.client.http.Monitor;
import dev.sluice.client.http.ReadTimeoutException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** The events of an author that the hub has not acknowledged. Safe for use by many threads. */
final class AuthorQueue {
    static final int BLOCK_EVENTS_MAX = 1_000;
    private static final long BLOCK_BYTES_MAX = 256 * 1024;
    private static final Duration FOREVER = Duration.ofDays(10_000);

    private final Monitor monitor;
    private final long bytesMax;
    private final ArrayDeque<Publication> items = new ArrayDeque<>();
    private long bytes;

    /** The events that are being sent. */
    private int sending;

    /** Whether the last event added ends the channel. */
    private boolean isEnding;

    private boolean isOver;
    private @Nullable RefusedException refusal;

    AuthorQueue(Monitor monitor, long bytesMax) {
        this.monitor = monitor;
        this.bytesMax = bytesMax;
    }

    /** Adds an event. Waits while the queue is full. Returns false if the channel has ended, or its end was added. */
    boolean add(Publication item) throws InterruptedException {
        var isAdded = await(
                        () -> {
                            if (isOver || isEnding) return false;
                            if (bytes > 0 && bytes + item.data().length > bytesMax) return null;
                            items.add(item);
                            bytes += item.data().length;
                            isEnding = item.isClosing();
                            return true;
                        },
                        FOREVER)
                .orElse(false);
        monitor.change(() -> {}); // Wakes the sending thread.
        return isAdded;
    }

    /**
     * Waits for events that fit into one request. The end of the channel has its own. Empty if it has ended.
     *
     * @param max the maximum number of events
     * @throws RefusedException if this has failed
     */
    Optional<List<Publication>> take(int max) throws InterruptedException {
        var taken = await(() -> next(max), FOREVER);
        if (taken.isPresent()) monitor.change(() -> {}); // Wakes those that wait for room.
        return taken;
    }

    private @Nullable List<Publication> next(int max) {
        if (refusal != null) throw refusal;
        if (items.isEmpty()) return null;
        var block = new ArrayList<Publication>();
        long size = 0;
        do {
            var item = items.remove();
            block.add(item);
            size += item.data().length;
        } while (!items.isEmpty()
                && block.size() < max
                && size + items.getFirst().data().length <= BLOCK_BYTES_MAX
                && !items.getFirst().isClosing());
        sending = block.size();
        bytes -= size;
        return block;
    }

    /** The hub has acknowledged the events taken last. */
    void stored() {
        monitor.change(() -> sending = 0);
    }

    /** Waits until all events are stored, or the channel has ended. */
    void awaitEmpty() throws InterruptedException {
        await(() -> (isOver || (items.isEmpty() && sending == 0)) ? true : null, FOREVER);
    }

    /** Tells the sending thread that the hub refuses the author. */
    void fail(RefusedException reason) {
        monitor.change(() -> refusal = reason);
    }

    /** Waits for this time, or until the monitor is closed. */
    void pause(Duration duration) throws InterruptedException {
        var unused = this.<Boolean>await(() -> null, duration);
    }

    /** Drops everything, because the channel has ended. */
    void end() {
        monitor.change(() -> {
            isOver = true;
            items.clear();
            bytes = 0;
            sending = 0;
        });
    }

    private <T> Optional<T> await(Monitor.Probe<T> probe, Duration atMost) throws InterruptedException {
        try {
            return Optional.of(monitor.await(probe, atMost));
        } catch (ReadTimeoutException | CancellationException none) {
            return Optional.empty(); // The monitor is closed when the channel has ended.
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
