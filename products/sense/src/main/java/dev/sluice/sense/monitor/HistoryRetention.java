package dev.sluice.sense.monitor;

import dev.sluice.sense.store.Database;
import dev.sluice.sense.store.DatabaseException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;

/// Deletes closed incidents, with their comments and alerts, and windows of maintenance that have ended, once
/// they are too old or too many. Open incidents stay, and those with an alert that waits. Called by one thread
/// at a time.
final class HistoryRetention {
    private static final System.Logger LOG = System.getLogger(HistoryRetention.class.getName());

    /// A year, with time to look back at it.
    static final Duration INCIDENTS_KEPT = Duration.ofDays(400);

    /// With the alerts of ten notifiers, an incident takes a few kilobytes.
    static final int INCIDENTS_MAX = 100_000;

    static final Duration WINDOWS_KEPT = Duration.ofDays(90);
    static final int WINDOWS_MAX = 10_000;

    private static final Duration PRUNED_EVERY = Duration.ofHours(1);

    /// The number of rows deleted in one transaction, so that an incident does not wait long to be recorded.
    private static final int ROWS_AT_ONCE = 1_000;

    private static final String INCIDENTS = """
            delete from incident where id in (
              select id from incident where closed is not null
                and (closed < ?1 or id <= (select id from incident order by id desc limit 1 offset ?2))
                and not exists (select 1 from outbox where outbox.incident = incident.id and outbox.ended is null)
              order by id limit ?3)""";

    private static final String WINDOWS = """
            delete from maintenance where id in (
              select id from maintenance where ends < ?4
                and (ends < ?1 or id <= (select id from maintenance order by id desc limit 1 offset ?2))
              order by id limit ?3)""";

    private final Database database;
    private Instant pruned = Instant.EPOCH;

    HistoryRetention(Database database) {
        this.database = database;
    }

    /// Deletes what is too old or too much, unless this was done in the last hour.
    void prune(Instant now) {
        boolean isRecent = pruned.plus(PRUNED_EVERY).isAfter(now) && !pruned.isAfter(now);
        if (isRecent) return;
        pruned = now;
        try {
            delete(INCIDENTS, now.minus(INCIDENTS_KEPT).toEpochMilli(), INCIDENTS_MAX, ROWS_AT_ONCE);
            delete(WINDOWS, now.minus(WINDOWS_KEPT).toEpochMilli(), WINDOWS_MAX, ROWS_AT_ONCE, now.toEpochMilli());
        } catch (DatabaseException failure) {
            LOG.log(Level.ERROR, "old incidents can't be deleted", failure);
        }
    }

    private void delete(String sql, Object... values) {
        int deleted;
        do deleted = database.change(sql, values);
        while (deleted == ROWS_AT_ONCE);
    }
}
