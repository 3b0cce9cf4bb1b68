package dev.sluice.core.metrics;

/// The counts of publishes that a log has decided since it was opened.
public enum AppendCount {
    /// Publishes placed: events, ends of channels, and events that end their channel.
    PLACED,
    /// The part of them in channels with reserved names.
    PLACED_RESERVED,
    /// Bytes of data of the events placed.
    PLACED_BYTES,
    /// Repeats of a publish with the same idempotency key, answered with its outcome.
    REPEATED,
    /// Refused: the idempotency key was used for another publish.
    REFUSED_KEY_REUSED,
    /// Refused: the newest event of the channel was another one.
    REFUSED_NEWEST_DIFFERS,
    /// Refused: the channel has ended.
    REFUSED_ENDED,
    /// Refused: there was no space left.
    REFUSED_FULL,
    /// Refused: the log had its maximum number of channels.
    REFUSED_TOO_MANY_CHANNELS,
    /// Refused: the caller had created as many channels as it may.
    REFUSED_CHANNEL_SHARE
}
