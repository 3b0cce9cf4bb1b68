package dev.sluice.core.history;

/// A broken guarantee.
@SuppressWarnings("serial")
public final class Violation extends AssertionError {
    /// The guarantee.
    public enum Kind {
        /// An acknowledged event is not in the log.
        LOST,
        /// The id of an event differs from the id that its publisher received.
        OTHER_ID,
        /// An event is in the log twice.
        REPEATED,
        /// The log has an event that no client published.
        NEVER_PUBLISHED,
        /// An event is in the log although its publish was refused.
        REFUSED_BUT_PLACED,
        /// Two events of a connection are in the log in another order than they were sent.
        CONNECTION_OUT_OF_ORDER,
        /// An event was acknowledged before another was sent, and comes after that in the log.
        PLACED_BEFORE_AN_ACKNOWLEDGED_ONE,
        /// An event follows another one in the log than its `If-Match` named.
        CONDITION_DID_NOT_HOLD,
        /// A publish was refused although its `If-Match` named the newest event all the time.
        CONDITION_HELD_BUT_REFUSED,
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
        ENDED_TOO_EARLY,
        /// Nodes have different logs, or lists of members.
        NODES_DIFFER,
        /// An event is in the log although its deletion was acknowledged: an attempt to publish it came afterwards.
        DELETED_BUT_THERE,
        /// A node lists a member of a channel that has had no connection for longer than allowed.
        PRESENT_WITHOUT_CONNECTION,
        /// A node does not list a member of a channel that is connected.
        CONNECTED_BUT_ABSENT,
        /// A node has ended without a fault that allows it.
        ENDED_BY_ITSELF,
        /// A node was not ready again in time.
        NOT_READY_AGAIN
    }

    private final Kind kind;

    /// @param detail the events concerned
    public Violation(Kind kind, String detail) {
        super(kind + ": " + detail);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
