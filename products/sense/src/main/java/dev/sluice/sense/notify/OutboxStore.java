package dev.sluice.sense.notify;

import dev.sluice.sense.check.Phrase;
import dev.sluice.sense.notify.Alert.Kind;
import dev.sluice.sense.store.Database;
import dev.sluice.sense.text.LogField;
import java.lang.System.Logger.Level;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The entries of the outbox in the database. An entry is added in the transaction that opens or closes its
/// incident, and ends in another transaction after the service has accepted it, so it is never lost in
/// between.
public final class OutboxStore {
    /// The time after which an entry that was not accepted is given up; the incident shows it.
    public static final Duration GIVEN_UP_AFTER = Duration.ofDays(7);

    /// The maximum number of pending entries per notifier; nobody reads that many late alerts.
    public static final int WAITING_MAX = 10_000;

    private static final System.Logger LOG = System.getLogger(OutboxStore.class.getName());

    static final Duration RETRY_MAX = Duration.ofMinutes(5);

    private static final String COLUMNS =
            "select id, incident, kind, notifier, created, due, attempts, problem, ended, is_sent from outbox ";

    /// The unary plus keeps SQLite from using the index of the notifier, which may have thousands of pending
    /// entries; the index of the incident finds two.
    static final String NEXT = COLUMNS + """
            as entry where notifier = ? and ended is null and not exists (
              select 1 from outbox as earlier where earlier.incident = entry.incident
                and +earlier.notifier = entry.notifier and earlier.ended is null and earlier.id < entry.id)
            order by due, id limit ?""";

    static final String LAST_SENT = COLUMNS + "where notifier = ? and is_sent = 1 order by ended desc limit 1";

    private final Database database;

    public OutboxStore(Database database) {
        this.database = database;
    }

    /// Adds an entry unless it exists already. It is due no earlier than the pending entries of its incident.
    public void add(long incident, Kind kind, String notifier, Instant now) {
        database.change("""
                insert or ignore into outbox (incident, kind, notifier, created, due) values (?1, ?2, ?3, ?4, max(?4,
                  coalesce((select max(due) from outbox where incident = ?1 and +notifier = ?3 and ended is null), 0)))""", incident, word(kind), notifier, now.toEpochMilli());
    }

    /// Returns the next entry for a notifier, due or not. The end of an incident waits for its beginning.
    public Optional<OutboxEntry> next(String notifier) {
        return next(notifier, 1).stream().findFirst();
    }

    /// Returns the next entries for a notifier as [#next(String)] does; none of them waits for another.
    List<OutboxEntry> next(String notifier, int max) {
        return database.list(NEXT, OutboxStore::read, notifier, max);
    }

    /// Records that the service has accepted the message.
    public void sent(OutboxEntry entry, Instant now) {
        database.change(
                "update outbox set ended = ?, is_sent = 1, attempts = attempts + 1, problem = null where id = ?",
                now.toEpochMilli(),
                entry.id());
    }

    /// Records that the service has not accepted the message, and plans the next attempt.
    ///
    /// @param asked the pause requested by the service; zero if none was requested
    public void failed(OutboxEntry entry, Phrase problem, Duration asked, Instant now) {
        Duration pause = asked.isZero() ? retryAfter(entry.attempts() + 1) : asked;
        boolean isGivenUp = !now.isBefore(entry.created().plus(GIVEN_UP_AFTER));
        database.transaction(() -> {
            database.change(
                    "update outbox set attempts = attempts + 1, problem = ?, ended = ? where id = ? and ended is null",
                    problem.stored(),
                    isGivenUp ? now.toEpochMilli() : null,
                    entry.id());
            // Entries that wait for this one are due no earlier, so that the next entry is found without
            // skipping thousands.
            database.change(
                    "update outbox set due = ? where incident = ? and +notifier = ? and ended is null",
                    (isGivenUp ? now : now.plus(pause)).toEpochMilli(),
                    entry.incident(),
                    entry.notifier());
        });
    }

    /// Returns the pause between attempts: 1 s, 2 s, 4 s, up to five minutes.
    static Duration retryAfter(int attempts) {
        Duration time = Duration.ofSeconds(1L << Math.min(attempts - 1, 16));
        return time.compareTo(RETRY_MAX) < 0 ? time : RETRY_MAX;
    }

    /// Makes all pending entries of a notifier due now.
    void retry(String notifier, Instant now) {
        database.change("update outbox set due = ? where notifier = ? and ended is null", now.toEpochMilli(), notifier);
    }

    /// Returns the newest entry that the service of a notifier has accepted.
    public Optional<OutboxEntry> lastSent(String notifier) {
        return database.first(LAST_SENT, OutboxStore::read, notifier);
    }

    /// Returns the pending entry that is retried next; entries that were never tried are omitted.
    public Optional<OutboxEntry> nextFailed(String notifier) {
        return database.first(
                COLUMNS + "where notifier = ? and ended is null and problem is not null order by due, id limit 1",
                OutboxStore::read,
                notifier);
    }

    /// Gives up an entry whose incident was deleted.
    void giveUp(OutboxEntry entry, Instant now) {
        database.change(
                "update outbox set ended = ?, problem = ? where id = ?",
                now.toEpochMilli(),
                Phrase.of("incident-gone").stored(),
                entry.id());
    }

    /// Gives up the pending entries of a notifier that no longer exists.
    public void giveUp(String notifier, Instant now) {
        database.change(
                "update outbox set ended = ?, problem = ? where notifier = ? and ended is null",
                now.toEpochMilli(),
                Phrase.of("notifier-removed").stored(),
                notifier);
    }

    /// Returns the notifiers with pending entries.
    List<String> waitingFor() {
        return database.list("select distinct notifier from outbox where ended is null", row -> row.getString(1));
    }

    Optional<OutboxEntry> find(long id) {
        return database.first(COLUMNS + "where id = ?", OutboxStore::read, id);
    }

    public List<OutboxEntry> ofIncident(long incident) {
        return database.list(COLUMNS + "where incident = ? order by id", OutboxStore::read, incident);
    }

    /// Returns the notifiers that have entries of an incident.
    public List<String> receivers(long incident) {
        return database.list(
                "select distinct notifier from outbox where incident = ?", row -> row.getString(1), incident);
    }

    /// Returns the number of pending entries by notifier.
    public Map<String, Long> waiting() {
        Map<String, Long> all = new HashMap<>();
        database.list(
                "select notifier, count(*) from outbox where ended is null group by notifier",
                row -> all.put(row.getString(1), row.getLong(2)));
        return all;
    }

    /// Gives up the oldest entries of notifiers with more than [#WAITING_MAX] pending ones.
    ///
    /// @param waiting the number of pending entries by notifier
    /// @return the number of entries given up
    public long giveUpOldest(Map<String, Long> waiting, Instant now) {
        long all = 0;
        for (Map.Entry<String, Long> each : waiting.entrySet()) {
            if (each.getValue() <= WAITING_MAX) continue;
            int some = database.change(
                    "update outbox set ended = ?, problem = ? where id in"
                            + " (select id from outbox where notifier = ? and ended is null order by id limit ?)",
                    now.toEpochMilli(),
                    Phrase.of("too-many-waited").stored(),
                    each.getKey(),
                    each.getValue() - WAITING_MAX);
            LOG.log(
                    Level.WARNING,
                    "too many alerts wait, and the oldest are given up notifier=" + LogField.quoted(each.getKey())
                            + " count=" + some);
            all += some;
        }
        return all;
    }

    private static String word(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private static OutboxEntry read(ResultSet row) throws SQLException {
        long ended = row.getLong("ended");
        boolean isWaiting = row.wasNull();
        String problem = row.getString("problem");
        return new OutboxEntry(
                row.getLong("id"),
                row.getLong("incident"),
                Kind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
                row.getString("notifier"),
                Instant.ofEpochMilli(row.getLong("created")),
                Instant.ofEpochMilli(row.getLong("due")),
                row.getInt("attempts"),
                problem == null ? null : Phrase.ofStored(problem),
                isWaiting ? null : Instant.ofEpochMilli(ended),
                row.getInt("is_sent") == 1);
    }
}
