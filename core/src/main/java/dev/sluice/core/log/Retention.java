package dev.sluice.core.log;

import java.time.Duration;

/// How much of a channel a log keeps: at least its newest entries within all three limits, and up to a tenth
/// more, so that trimming is rare and large. The newest event stays however big it is, until it is too old.
///
/// @param maxAge    how long; at least a millisecond
/// @param maxEvents how many events; at least one
/// @param maxBytes  how many bytes, with what the log itself needs for each event; at least one
/// @param keep      what stays although a limit is reached
public record Retention(Duration maxAge, long maxEvents, long maxBytes, Keep keep) {
    /// What stays although a limit is reached.
    public enum Keep {
        /// Nothing.
        NEWEST,

        /// The newest event of each type and key, unless it is the key's end: what a snapshot shows. It lies in
        /// front of what the limits cover and is not counted by them, but all of it is within `maxBytes` once
        /// more; then the oldest go. An end of the channel that is too old lets all of it go.
        NEWEST_OF_KEY
    }

    /// As much as the log's own limits allow.
    public static final Retention ALL =
            new Retention(Duration.ofMillis(Long.MAX_VALUE), Long.MAX_VALUE, Long.MAX_VALUE);

    public Retention {
        if (maxAge.toMillis() < 1) throw new IllegalArgumentException("maxAge must be 1 ms or more, was " + maxAge);
        if (maxEvents < 1) throw new IllegalArgumentException("maxEvents must be 1 or more, was " + maxEvents);
        if (maxBytes < 1) throw new IllegalArgumentException("maxBytes must be 1 or more, was " + maxBytes);
    }

    /// What is within the limits, and nothing else.
    public Retention(Duration maxAge, long maxEvents, long maxBytes) {
        this(maxAge, maxEvents, maxBytes, Keep.NEWEST);
    }

    /// As much as the log's own limits allow, but of events at most so many.
    public static Retention events(long maxEvents) {
        return new Retention(ALL.maxAge, maxEvents, ALL.maxBytes);
    }

    /// The same, and beyond its limits the newest event of each key.
    public Retention andNewestOfKey() {
        return new Retention(maxAge, maxEvents, maxBytes, Keep.NEWEST_OF_KEY);
    }
}
