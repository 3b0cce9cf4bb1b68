package dev.sluice.app.chaos;

/// A broken guarantee.
///
/// @param detail the events concerned
record Violation(Kind kind, String detail) {
    enum Kind {
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
        /// A subscriber did not get an event, but a later one.
        NOT_SEEN,
        /// A subscriber got an event again, or after a later one.
        SEEN_AGAIN,
        /// A subscriber got an event that is not in the log.
        SEEN_BUT_NOT_IN_LOG,
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
}
