package dev.sluice.core.log;

import dev.sluice.core.cursor.Cursor;

/// Events that a reader asked for and that are gone.
///
/// @param after  the reader's cursor as it was written; it may belong to another log
/// @param resume the cursor to continue from
/// @param reason why the events are gone
public record Gap(String after, Cursor resume, Reason reason) {
    /// The reason for a gap.
    public enum Reason {
        /// Retention dropped them.
        TRIMMED,
        /// They belong to an earlier epoch, which ended before they were durable, or to another log.
        EPOCH,
        /// The channel was deleted.
        DELETED,
        /// The reader's lag exceeded its limit, and its overflow policy skips events.
        SKIPPED
    }
}
