package dev.sluice.core.delivery;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.log.Lag;
import java.util.HashSet;
import java.util.Set;

/// The subscribers of an event loop that are behind. Runs on that loop, except [#report].
final class Backlog {
    private final Set<Subscriber> behind = new HashSet<>();
    private volatile Report report;

    /// The subscribers behind at some moment.
    ///
    /// @param lowest      the lowest cursor of all readers; segments up to there may be released
    /// @param subscribers the number of subscribers behind
    /// @param furthest    the lag of the subscriber with the lowest cursor
    /// @param longestMs   how long the subscriber that fell behind first has been behind
    record Report(Cursor lowest, int subscribers, Lag furthest, long longestMs) {}

    Backlog(Cursor followed) {
        report = new Report(followed, 0, Lag.NONE, 0);
    }

    void set(Subscriber subscriber, boolean isBehind) {
        if (isBehind) behind.add(subscriber);
        else behind.remove(subscriber);
    }

    /// Updates the report.
    ///
    /// @param followed the position up to which all other readers have everything
    /// @param nowMs    the time of the loop's clock
    void update(Cursor followed, long nowMs) {
        Subscriber last = null;
        long sinceMs = nowMs;
        for (Subscriber each : behind) {
            if (last == null || each.cursor().isBefore(last.cursor())) last = each;
            sinceMs = Math.min(sinceMs, each.behindSinceMs());
        }
        Cursor lowest = last == null || followed.isBefore(last.cursor()) ? followed : last.cursor();
        Lag furthest = last == null ? Lag.NONE : last.lag();
        report = new Report(lowest, behind.size(), furthest, nowMs - sinceMs);
    }

    /// The latest report. May be called from any thread.
    Report report() {
        return report;
    }
}
