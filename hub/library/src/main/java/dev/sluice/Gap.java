package dev.sluice;

/// Events that a subscription asked for and that are gone.
///
/// @param after  the cursor after which events are missing
/// @param resume the cursor at which the subscription continues
/// @param reason why the events are gone
public record Gap(String after, String resume, Reason reason) {
    /// The reason for a gap.
    public enum Reason {
        /// Retention removed them.
        TRIMMED,
        /// The cursor belongs to an earlier epoch of the log, whose later events were lost, or to another log.
        EPOCH,
        /// The channel was deleted; it may get new events.
        DELETED,
        /// The subscription lagged too far behind, and the channel's rule is to skip (`behind.then`).
        SKIPPED
    }
}
