package dev.sluice.core.log;

import java.time.Duration;

/// How much of a channel a log keeps: at least the newest entries within all three limits, and up to a tenth
/// more, so that trims are rare and large. The newest event stays whatever its size, until it is too old.
///
/// @param maxAge      the age of events; at least a millisecond
/// @param maxEvents   the number of events; at least one
/// @param maxBytes    the bytes of events, including the log's own for each event; at least one
/// @param keep        the entries kept beyond the limits
/// @param isProtected whether the limits of the whole log ([LogLimits#entriesMax], [LogLimits#bytesMax]) drop no
/// entries of the channel, and do not count them: for the hub's own records, which no publisher may push out
public record Retention(Duration maxAge, long maxEvents, long maxBytes, Keep keep, boolean isProtected) {
    /// The entries kept beyond the limits.
    public enum Keep {
        /// No other entries.
        NEWEST,

        /// The newest event of each type and key, unless it is the key's end: the events of a snapshot. They
        /// are older than the events that the limits cover and do not count towards these limits, but together
        /// have a separate limit of `maxBytes`; beyond it the oldest are dropped. When the end of the channel
        /// is too old, all of them are dropped.
        NEWEST_OF_KEY
    }

    /// No limits except those of the log.
    public static final Retention ALL =
            new Retention(Duration.ofMillis(Long.MAX_VALUE), Long.MAX_VALUE, Long.MAX_VALUE);

    public Retention {
        if (maxAge.toMillis() < 1) throw new IllegalArgumentException("maxAge must be 1 ms or more, was " + maxAge);
        if (maxEvents < 1) throw new IllegalArgumentException("maxEvents must be 1 or more, was " + maxEvents);
        if (maxBytes < 1) throw new IllegalArgumentException("maxBytes must be 1 or more, was " + maxBytes);
    }

    /// A rule for a channel to which the limits of the whole log apply.
    public Retention(Duration maxAge, long maxEvents, long maxBytes, Keep keep) {
        this(maxAge, maxEvents, maxBytes, keep, false);
    }

    /// Keeps the entries within the limits and nothing else.
    public Retention(Duration maxAge, long maxEvents, long maxBytes) {
        this(maxAge, maxEvents, maxBytes, Keep.NEWEST);
    }

    /// Limits the number of events only.
    public static Retention events(long maxEvents) {
        return new Retention(ALL.maxAge, maxEvents, ALL.maxBytes);
    }

    /// This rule, which also keeps the newest event of each key beyond its limits.
    public Retention andNewestOfKey() {
        return new Retention(maxAge, maxEvents, maxBytes, Keep.NEWEST_OF_KEY, isProtected);
    }

    /// This rule, without the limits of the whole log.
    public Retention andProtected() {
        return new Retention(maxAge, maxEvents, maxBytes, keep, true);
    }
}
