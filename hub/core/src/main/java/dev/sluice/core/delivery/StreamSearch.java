package dev.sluice.core.delivery;

import dev.sluice.core.delivery.operator.StreamPage;
import dev.sluice.core.delivery.operator.StreamQuery;
import dev.sluice.core.delivery.operator.StreamStatus;
import dev.sluice.core.delivery.schedule.SlicedTask;
import dev.sluice.core.delivery.stream.StreamBacklog;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;

/// Finds the first streams of one event loop in some order, in as many slices as needed. Holds at most as many
/// as requested, however many streams there are.
final class StreamSearch implements SlicedTask {
    /// A status costs as much as examining this many readers.
    private static final int STATUS_STEPS = 4;

    /// An estimate of a lag costs as much as examining this many readers.
    private static final int LAG_STEPS = 16;

    private record Candidate(long rank, StreamStatus status) {}

    private final ReaderTraversal walk;
    private final StreamQuery query;
    private final CompletableFuture<StreamPage> page = new CompletableFuture<>();

    /// Ordered so that the stream with the lowest rank is at the head and is removed first. Among equal ranks,
    /// those that opened first are kept.
    private final PriorityQueue<Candidate> found = new PriorityQueue<>(Comparator.comparingLong(Candidate::rank)
            .thenComparing(each -> each.status().id(), Comparator.reverseOrder()));

    private int matched;

    StreamSearch(ReaderTraversal walk, StreamQuery query) {
        this.walk = walk;
        this.query = query;
    }

    /// Completes with the last slice; fails if a slice fails.
    CompletableFuture<StreamPage> page() {
        return page;
    }

    @Override
    public boolean run() {
        try {
            for (int steps = 0; steps < STEPS_MAX; ) {
                Reader reader = walk.next();
                if (reader == null) {
                    page.complete(result());
                    return true;
                }
                steps += examine(reader);
            }
            return false;
        } catch (RuntimeException failure) {
            page.completeExceptionally(failure);
            return true;
        }
    }

    /// @return the cost in steps
    private int examine(Reader reader) {
        if (walk.isRepeated() || !reader.isMeantBy(query.filter()) || reader.id() <= query.after()) return 1;
        matched++;
        StreamBacklog backlog = reader.backlog();
        int lagSteps = backlog.equals(StreamBacklog.NONE) ? 1 : LAG_STEPS;
        long rank = query.rank(reader.id(), backlog, reader.bytes());
        if (found.size() == query.max() && !isBefore(rank, reader.id(), found.element())) return lagSteps;
        found.add(new Candidate(rank, reader.status()));
        if (found.size() > query.max()) found.remove();
        return lagSteps + STATUS_STEPS;
    }

    private static boolean isBefore(long rank, long id, Candidate other) {
        return rank > other.rank || (rank == other.rank && id < other.status.id());
    }

    private StreamPage result() {
        var streams = new ArrayList<StreamStatus>();
        found.forEach(each -> streams.add(each.status()));
        return new StreamPage(streams, matched);
    }
}
