package dev.sluice.core.delivery;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.operator.DeliveryStatus;
import dev.sluice.core.delivery.operator.StreamStatus;
import dev.sluice.core.delivery.schedule.SlicedTask;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;

/// Compares the readers of a channel on one event loop with a place in the log, in as many slices as needed.
final class DeliverySearch implements SlicedTask {
    private record Candidate(Cursor at, StreamStatus status) {}

    private final ReaderTraversal walk;
    private final ChannelName channel;
    private final Cursor place;
    private final CompletableFuture<DeliveryStatus> status = new CompletableFuture<>();

    /// Ordered so that the reader furthest ahead is at the head and is removed first.
    private final PriorityQueue<Candidate> last =
            new PriorityQueue<>(Comparator.comparing(Candidate::at).reversed());

    private int passed;
    private int before;

    DeliverySearch(ReaderTraversal walk, ChannelName channel, Cursor place) {
        this.walk = walk;
        this.channel = channel;
        this.place = place;
    }

    /// Completes with the last slice; fails if a slice fails.
    CompletableFuture<DeliveryStatus> status() {
        return status;
    }

    @Override
    public boolean run() {
        try {
            for (int steps = 0; steps < STEPS_MAX; steps += 2) {
                Reader reader = walk.next();
                if (reader == null) {
                    status.complete(result());
                    return true;
                }
                if (!walk.isRepeated()) examine(reader);
            }
            return false;
        } catch (RuntimeException failure) {
            status.completeExceptionally(failure);
            return true;
        }
    }

    private void examine(Reader reader) {
        if (!(reader instanceof Subscriber subscriber) || !subscriber.isStarted() || !subscriber.reads(channel)) return;
        Cursor at = subscriber.reached();
        if (!at.isBefore(place)) {
            passed++;
            return;
        }
        before++;
        last.add(new Candidate(at, subscriber.stream().status()));
        if (last.size() > DeliveryStatus.SHOWN_MAX) last.remove();
    }

    private DeliveryStatus result() {
        List<Candidate> all = new ArrayList<>(last);
        all.sort(Comparator.comparing(Candidate::at));
        return new DeliveryStatus(
                passed, before, all.stream().map(Candidate::status).toList());
    }
}
