package dev.sluice.core.history;

/// A broken guarantee.
@SuppressWarnings("serial")
public final class Violation extends AssertionError {
    /// The guarantee.
    public enum Kind {
        /// A reader did not get an event, but a later one or a later cursor.
        NOT_SEEN,
        /// A reader got an event again, or after a later one.
        SEEN_AGAIN,
        /// A reader got an event that is not in the log, or not what is in the log.
        SEEN_BUT_NOT_IN_LOG,
        /// A reader got an entry that it had not asked for.
        NOT_SELECTED,
        /// A reader got an entry or its data although it was gone before the reader connected.
        SEEN_BUT_GONE,
        /// A reader got an event without its data, which nobody has deleted.
        DATA_MISSING,
        /// A reader started at another place than it asked for.
        WRONG_START,
        /// A reader was told of a loss that it knew of, or that never was.
        GAP_WITHOUT_LOSS,
        /// A reader was told of a loss, and what was still there was left out.
        GAP_TOO_LARGE,
        /// A reader's cursor went back.
        CURSOR_WENT_BACK,
        /// A reader was told that all its channels had ended when they had not, or was cut off without a reason.
        ENDED_TOO_EARLY
    }

    /// @param detail the events concerned
    public Violation(Kind kind, String detail) {
        super(kind + ": " + detail);
    }
}
