package dev.sluice.core.delivery.operator;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The answer to a [StreamQuery].
///
/// @param streams in the order of the query
/// @param matched the approximate total: streams open and close while it is counted
public record StreamPage(List<StreamStatus> streams, int matched) {
    /// The first streams of both pages, in the order of the query. Contains a stream once even if both pages
    /// have it.
    public StreamPage and(StreamPage other, StreamQuery query) {
        List<StreamStatus> all = new ArrayList<>(streams);
        all.addAll(other.streams);
        Set<Long> seen = new HashSet<>();
        List<StreamStatus> first = all.stream()
                .filter(each -> seen.add(each.id()))
                .sorted(order(query))
                .limit(query.max())
                .toList();
        return new StreamPage(first, matched + other.matched);
    }

    /// Orders streams of the same rank by the time when they opened, so that a list does not flicker.
    private static Comparator<StreamStatus> order(StreamQuery query) {
        return Comparator.<StreamStatus>comparingLong(each -> query.rank(each.id(), each.backlog(), each.bytes()))
                .reversed()
                .thenComparingLong(StreamStatus::id);
    }
}
