package dev.sluice.core.log;

import dev.sluice.core.cursor.Cursor;

/// Events that a reader asked for and can't have.
///
/// @param after  the place that the reader came with, as it was written: it may be of another log
/// @param resume where its events go on
/// @param reason why they are gone
public record Gap(String after, Cursor resume, Reason reason) {
    /// Why events are gone.
    public enum Reason {
        /// Retention dropped them.
        TRIMMED,
        /// They belong to a life of the log that ended before they were safe, or to another log.
        EPOCH,
        /// Somebody deleted the channel.
        DELETED,
        /// The reader was too far behind, and the channel's rule says to skip.
        SKIPPED
    }
}
