package dev.sluice.server.order;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.Subscription.From;
import java.util.ArrayList;
import java.util.List;

/// One connection of a reader: what it came with, and everything it was told.
final class Visit {
    final From from;
    final Way way;

    /// The chronicle's moment, and the log's head, before it came.
    final long before;

    final Cursor head;
    boolean isCutByServer;
    final List<Heard> heard = new ArrayList<>();

    /// Something it was told, and the moment by which the server had said it.
    record Heard(Seen seen, long moment) {}

    Visit(From from, Way way, long before, Cursor head) {
        this.from = from;
        this.way = way;
        this.before = before;
        this.head = head;
    }

    @Override
    public String toString() {
        return way + " from " + from;
    }
}
