package dev.sluice.sense.heartbeat;

import dev.sluice.sense.store.Database;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The newest report of each job, and the secret in the address at which it reports, generated once per
/// check.
public final class HeartbeatLog {
    private static final int SECRET_BYTES = 16;

    private final Database database;
    private final InstantSource clock;
    private final Listening listening;
    private final SecureRandom random = new SecureRandom();

    public HeartbeatLog(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
        listening = new Listening(database);
    }

    /// Records that heartbeats can be received now. Called at the start and once a second.
    public void listens() {
        Instant now = clock.instant();
        if (!listening.mark(now)) return;
        // The clock was ahead: a report of the future would excuse the job's silence until then. A run in
        // progress stays one.
        database.change("""
                update beat set known = min(known, ?1), started = min(started, ?1),
                  finished = min(finished, ?1 - coalesce(started > finished, 0))
                where known > ?1 or started > ?1 or finished > ?1""", now.toEpochMilli());
    }

    /// Returns how long no report has arrived, counting only the time during which one could have been
    /// received.
    Duration silence(Instant since, Instant now) {
        return Duration.between(since, now).minus(listening.away(since, now));
    }

    /// Returns the secret of a check, which is generated on first use.
    public String secret(String check) {
        return database.transaction(_ -> {
            Optional<String> known =
                    database.first("select secret from beat where check_name = ?", row -> row.getString(1), check);
            if (known.isPresent()) return known.get();
            byte[] bytes = new byte[SECRET_BYTES];
            random.nextBytes(bytes);
            String drawn = HexFormat.of().formatHex(bytes);
            database.change(
                    "insert into beat (check_name, secret, known) values (?, ?, ?)", check, drawn, clock.millis());
            return drawn;
        });
    }

    /// Forgets a check that was removed, so that its secret is no longer valid for a new one of its name.
    public void forget(String check) {
        database.change("delete from beat where check_name = ?", check);
    }

    /// Records that a run has started.
    ///
    /// @return the name of the check; empty if no check has this secret
    public Optional<String> started(String secret) {
        return noted(secret, database.change("update beat set started = ? where secret = ?", clock.millis(), secret));
    }

    /// Records that a run has ended.
    ///
    /// @return the name of the check; empty if no check has this secret
    public Optional<String> finished(String secret, int exitCode) {
        return noted(
                secret,
                database.change(
                        "update beat set finished = ?, exit_code = ? where secret = ?",
                        clock.millis(),
                        exitCode,
                        secret));
    }

    private Optional<String> noted(String secret, int changed) {
        if (changed == 0) return Optional.empty();
        return database.first("select check_name from beat where secret = ?", row -> row.getString(1), secret);
    }

    Optional<JobStatus> find(String check) {
        return database.first(
                "select known, started, finished, exit_code from beat where check_name = ?",
                row -> new JobStatus(
                        Instant.ofEpochMilli(row.getLong(1)), instant(row, 2), instant(row, 3), row.getInt(4)),
                check);
    }

    private static @Nullable Instant instant(ResultSet row, int column) throws SQLException {
        long ms = row.getLong(column);
        return row.wasNull() ? null : Instant.ofEpochMilli(ms);
    }
}
