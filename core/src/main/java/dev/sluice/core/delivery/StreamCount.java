package dev.sluice.core.delivery;

import java.util.List;

/// The streams of one kind over one transport.
///
/// @param transport see [Wire#transport]
/// @param opened    since the start
/// @param open      now
public record StreamCount(StreamKind kind, String transport, long opened, long open) {
    /// The number of open connections. Each is one stream, shared by the subscriptions of a session.
    public static long connections(List<StreamCount> counts) {
        return counts.stream()
                .filter(each -> each.kind != StreamKind.SUBSCRIPTION)
                .mapToLong(StreamCount::open)
                .sum();
    }
}
