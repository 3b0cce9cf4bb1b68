package dev.sluice.core.delivery;

import dev.sluice.core.log.Lag;

/// From where on a subscriber of a channel is too far behind, and what it then gets.
///
/// What it asked for when it came (history up to then) is no falling behind: only what has come since counts, so that
/// who comes back always gets ahead.
///
/// @param events behind more than so many; [Long#MAX_VALUE]: no limit
/// @param bytes  behind more than so many bytes of data; [Long#MAX_VALUE]: no limit
public record Overflow(long events, long bytes, Then then) {
    /// What becomes of the subscriber.
    public enum Then {
        /// Everything, later.
        LATER,
        /// A gap, then the newest event of each key.
        NEWEST_OF_KEY,
        /// A gap, then what is to come.
        NOW,
        /// The end of its connection, with its cursor.
        END
    }

    /// Nobody is ever too far behind.
    public static final Overflow NEVER = new Overflow(Long.MAX_VALUE, Long.MAX_VALUE, Then.LATER);

    boolean isExceeded(Lag lag) {
        return lag.events() > events || lag.bytes() > bytes;
    }
}
