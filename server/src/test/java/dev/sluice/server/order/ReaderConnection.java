package dev.sluice.server.order;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.stream.SubscriptionSpec.From;
import java.util.ArrayList;
import java.util.List;

/// One connection of a reader: its start, and everything it received.
final class ReaderConnection {
    final From from;
    final ClientKind kind;

    /// The recording's moment and the log's head before it connected.
    final long before;

    final Cursor head;
    boolean isCutByServer;
    final List<TimedObservation> observations = new ArrayList<>();

    /// An observation, and the moment by which the server had sent it.
    record TimedObservation(Observation observation, long moment) {}

    ReaderConnection(From from, ClientKind kind, long before, Cursor head) {
        this.from = from;
        this.kind = kind;
        this.before = before;
        this.head = head;
    }

    @Override
    public String toString() {
        return kind + " from " + from;
    }
}
