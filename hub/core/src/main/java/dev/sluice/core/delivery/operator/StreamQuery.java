package dev.sluice.core.delivery.operator;

import dev.sluice.core.delivery.stream.StreamBacklog;

/// An operator's query for streams.
///
/// @param order which streams come first
/// @param after with [Order#OLDEST], only streams with a larger id; 0 to include all
/// @param max   the maximum number of streams in the answer
public record StreamQuery(StreamFilter filter, Order order, long after, int max) {
    /// The order of streams.
    public enum Order {
        /// Streams with the largest lag in events first.
        LAG,
        /// Streams that opened earliest first. The only stable order, and so the only one with pages.
        OLDEST,
        NEWEST,
        /// Streams that have received the most bytes first.
        BYTES
    }

    public StreamQuery {
        if (max < 1) throw new IllegalArgumentException("max must be 1 or more, was " + max);
        if (after != 0 && order != Order.OLDEST) throw new IllegalArgumentException("only OLDEST has pages");
    }

    /// The rank of a stream: streams with a higher rank come earlier in the answer.
    public long rank(long id, StreamBacklog backlog, long bytes) {
        return switch (order) {
            case LAG -> backlog.lag().events();
            case OLDEST -> -id;
            case NEWEST -> id;
            case BYTES -> bytes;
        };
    }
}
