package dev.sluice.core.delivery;

import dev.sluice.core.access.Grant;
import dev.sluice.core.access.Verb;
import dev.sluice.core.delivery.operator.ClosedStreamStatus;
import dev.sluice.core.delivery.operator.StreamFilter;
import dev.sluice.core.delivery.operator.StreamPage;
import dev.sluice.core.delivery.operator.StreamQuery;
import dev.sluice.core.delivery.operator.StreamStatus;
import dev.sluice.core.delivery.stream.EndCode;
import dev.sluice.core.delivery.stream.EndReason;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Lists the open streams of a hub and those that ended last, and ends streams, for an operator. May be used
/// from any thread. Until an operator uses it, its only cost is an id and a record per stream.
public final class StreamOperator {
    /// The maximum number of ended streams that are remembered. A restart of a proxy ends thousands at a time.
    static final int PAST_MAX = 500;

    private final Hub hub;
    private final AtomicLong lastId;
    private final ArrayDeque<ClosedStreamStatus> past; // Guarded by itself.

    /// @param statistics the operator of the hub with the statistics, whose streams count here as well; null if
    ///                   none
    StreamOperator(Hub hub, @Nullable StreamOperator statistics) {
        this.hub = hub;
        this.lastId = statistics == null ? new AtomicLong() : statistics.lastId;
        this.past = statistics == null ? new ArrayDeque<>(PAST_MAX) : statistics.past;
    }

    /// Finds streams that are open, on all event loops.
    ///
    /// @throws dev.sluice.core.access.AccessDeniedException unless the grant permits to operate the hub
    public CompletionStage<StreamPage> find(Grant grant, StreamQuery query) {
        grant.require(Verb.ADMIN, Hub.ALL_CHANNELS);
        List<CompletableFuture<StreamPage>> pages = hub.allDispatchers()
                .map(dispatcher -> dispatcher.tasks().streams(query))
                .toList();
        return all(pages)
                .thenApply(_ -> pages.stream()
                        .map(CompletableFuture::join)
                        .reduce(new StreamPage(List.of(), 0), (some, more) -> some.and(more, query)));
    }

    /// Ends streams, on all event loops. Their clients may come back; only a revocation keeps them out.
    ///
    /// @return their number, once the end of all is decided; their last frames follow in the next turns
    /// @throws dev.sluice.core.access.AccessDeniedException unless the grant permits to operate the hub
    public CompletionStage<Integer> end(Grant grant, StreamFilter filter) {
        grant.require(Verb.ADMIN, Hub.ALL_CHANNELS);
        List<CompletableFuture<Integer>> ended = hub.allDispatchers()
                .map(dispatcher ->
                        dispatcher.tasks().dismiss(reader -> reader.isMeantBy(filter), new EndReason.ByOperator()))
                .toList();
        return all(ended)
                .thenApply(_ -> ended.stream().mapToInt(CompletableFuture::join).sum())
                .whenComplete((count, _) -> {
                    if (count != null && count > 0) hub.operations().streamsEnded(grant, filter, count);
                });
    }

    private static CompletableFuture<Void> all(List<? extends CompletableFuture<?>> each) {
        return CompletableFuture.allOf(each.toArray(CompletableFuture<?>[]::new));
    }

    /// The streams that ended last, newest first.
    ///
    /// @throws dev.sluice.core.access.AccessDeniedException unless the grant permits to operate the hub
    public List<ClosedStreamStatus> past(Grant grant, StreamFilter filter, int max) {
        grant.require(Verb.ADMIN, Hub.ALL_CHANNELS);
        synchronized (past) {
            return past.stream()
                    .filter(each -> filter.matches(each.last()))
                    .limit(max)
                    .toList();
        }
    }

    /// The id of a new stream: larger than all earlier ids, including those before a restart.
    long nextId(long nowMs) {
        return lastId.updateAndGet(last -> Math.max(last + 1, nowMs * StreamStatus.IDS_PER_MS));
    }

    void ended(StreamStatus last, EndCode reason, long nowMs) {
        synchronized (past) {
            if (past.size() == PAST_MAX) past.removeLast();
            past.addFirst(new ClosedStreamStatus(last, reason, nowMs));
        }
    }
}
