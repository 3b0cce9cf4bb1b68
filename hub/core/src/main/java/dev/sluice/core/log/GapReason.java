package dev.sluice.core.log;

/// The reason for a [Gap].
public enum GapReason {
    /// Retention dropped them.
    TRIMMED,
    /// They belong to an earlier epoch, which ended before they were durable, or to another log.
    EPOCH,
    /// The channel was deleted.
    DELETED,
    /// The reader's lag exceeded its limit, and its overflow policy skips events.
    SKIPPED
}
