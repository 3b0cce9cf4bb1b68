package dev.sluice.core.log;

import java.time.Duration;

/// How much of a channel a log keeps: at least its newest entries within all three limits, and up to a tenth
/// more, so that trimming is rare and large. The newest event stays however big it is, until it is too old.
///
/// @param maxAge    how long; at least a millisecond
/// @param maxEvents how many events; at least one
/// @param maxBytes  how many bytes, with what the log itself needs for each event; at least one
public record Retention(Duration maxAge, long maxEvents, long maxBytes) {
    /// As much as the log's own limits allow.
    public static final Retention ALL =
            new Retention(Duration.ofMillis(Long.MAX_VALUE), Long.MAX_VALUE, Long.MAX_VALUE);

    public Retention {
        if (maxAge.toMillis() < 1) throw new IllegalArgumentException("maxAge must be 1 ms or more, was " + maxAge);
        if (maxEvents < 1) throw new IllegalArgumentException("maxEvents must be 1 or more, was " + maxEvents);
        if (maxBytes < 1) throw new IllegalArgumentException("maxBytes must be 1 or more, was " + maxBytes);
    }

    /// As much as the log's own limits allow, but of events at most so many.
    public static Retention events(long maxEvents) {
        return new Retention(ALL.maxAge, maxEvents, ALL.maxBytes);
    }
}
