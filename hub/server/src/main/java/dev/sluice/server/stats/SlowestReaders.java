package dev.sluice.server.stats;

import dev.sluice.core.access.Grant;
import dev.sluice.core.delivery.Hub;
import dev.sluice.core.delivery.operator.StreamFilter;
import dev.sluice.core.delivery.operator.StreamQuery;
import dev.sluice.core.delivery.operator.StreamStatus;
import dev.sluice.core.event.Content;
import java.util.List;

/// The readers that are furthest behind. Event loops search for them only while the statistics have readers and a
/// reader is behind. The recording thread never waits for the result, which is therefore a few seconds old. Used
/// by one thread.
final class SlowestReaders {
    /// The interval between two searches, each of which visits all readers.
    static final long EVERY_MS = 5_000;

    private static final StreamQuery QUERY = new StreamQuery(StreamFilter.ALL, StreamQuery.Order.LAG, 0, 5);

    /// A reader that has been behind for less time is about to receive an event that was just published.
    private static final long BEHIND_MS = 1_000;

    private final Hub hub;
    private long dueMs = Long.MIN_VALUE;
    private volatile boolean isSearching;
    private volatile List<StreamStatus> found = List.of();

    SlowestReaders(Hub hub) {
        this.hub = hub;
    }

    /// Searches for the slowest readers, unless the last search was too recent.
    ///
    /// @param behind the number of readers that are behind
    void search(long behind, long nowMs) {
        if (behind == 0) {
            found = List.of();
        } else if (nowMs >= dueMs && !isSearching) {
            dueMs = nowMs + EVERY_MS;
            isSearching = true;
            hub.operator().find(Grant.EVERYTHING, QUERY).whenComplete((page, failed) -> {
                if (failed == null) found = page.streams();
                isSearching = false;
            });
        }
    }

    /// Returns the figures of each reader as a member with the reader's id.
    Content figures() {
        List<StreamStatus> slow =
                found.stream().filter(each -> each.backlog().ms() >= BEHIND_MS).toList();
        return StatsJson.of(figures -> slow.forEach(each -> figures.object(
                Long.toString(each.id()),
                row -> row.add("transport", each.transport())
                        .add(
                                "sub",
                                each.client().isAnonymous()
                                        ? null
                                        : each.client().name())
                        .add("address", each.client().address())
                        .add(
                                "channel",
                                each.channels().isEmpty()
                                        ? null
                                        : each.channels().getFirst().value())
                        .add("events", each.backlog().lag().events())
                        .add("ms", each.backlog().ms()))));
    }
}
