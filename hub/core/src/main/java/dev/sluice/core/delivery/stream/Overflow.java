package dev.sluice.core.delivery.stream;

import dev.sluice.core.log.Lag;

/// When a subscriber of a channel is too far behind, and what happens then.
///
/// History that the subscriber asked for does not count: only events published since count as falling behind, so
/// that a returning subscriber always makes progress.
///
/// @param events maximum lag in events; [Long#MAX_VALUE]: no limit
/// @param bytes  maximum lag in bytes of data; [Long#MAX_VALUE]: no limit
public record Overflow(long events, long bytes, Then then) {
    /// The action for a subscriber beyond the limit.
    public enum Then {
        /// None: it receives everything, later.
        LATER,
        /// It receives a gap, then the newest event of each key.
        NEWEST_OF_KEY,
        /// It receives a gap, then continues at the head of the log.
        NOW,
        /// Its connection ends, with its cursor.
        END
    }

    /// No limit.
    public static final Overflow NEVER = new Overflow(Long.MAX_VALUE, Long.MAX_VALUE, Then.LATER);

    public boolean isExceeded(Lag lag) {
        return lag.events() > events || lag.bytes() > bytes;
    }
}
