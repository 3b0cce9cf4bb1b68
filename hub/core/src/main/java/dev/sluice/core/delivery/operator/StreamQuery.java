package dev.sluice.core.delivery.operator;

import dev.sluice.core.delivery.stream.StreamBacklog;

/// A question for streams.
///
/// @param order which come first
/// @param after with [Order#OLDEST], only streams with a larger id; 0: all
/// @param max   the most streams in the answer
public record StreamQuery(StreamFilter filter, Order order, long after, int max) {
    /// The order of streams.
    public enum Order {
        /// Those with the most events before them.
        LAG,
        /// Those that have been open for the longest time. The only order that stays, and so has pages.
        OLDEST,
        NEWEST,
        /// Those that have got the most bytes.
        BYTES
    }

    public StreamQuery {
        if (max < 1) throw new IllegalArgumentException("max must be 1 or more, was " + max);
        if (after != 0 && order != Order.OLDEST) throw new IllegalArgumentException("only the oldest have pages");
    }

    /// The larger, the earlier in the answer.
    public long rank(long id, StreamBacklog backlog, long bytes) {
        return switch (order) {
            case LAG -> backlog.lag().events();
            case OLDEST -> -id;
            case NEWEST -> id;
            case BYTES -> bytes;
        };
    }
}
