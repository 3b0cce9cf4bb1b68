package dev.sluice.sense.incident;

import dev.sluice.sense.check.Failure;
import dev.sluice.sense.check.Phrase;
import dev.sluice.sense.json.SenseJson;
import dev.sluice.sense.state.StateEvent.Ending;
import dev.sluice.sense.store.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// All incidents, in the database. An incident opens once and closes once. Each check has at most one open
/// incident, and a closed one changes only by new comments.
public final class IncidentLog {
    private static final String COLUMNS =
            "select id, check_name, first_failure, opened, closed, ending, expected, found, phrases, acknowledged, acknowledged_by"
                    + " from incident ";

    private final Database database;

    public IncidentLog(Database database) {
        this.database = database;
    }

    /// Opens an incident, or returns the check's incident that is already open.
    public Incident open(String check, Instant firstFailure, Instant now, Failure failure) {
        return database.transaction(_ -> {
            Optional<Incident> open = openOf(check);
            if (open.isPresent()) return open.get();
            long id = database.insert(
                    "insert into incident (check_name, first_failure, opened, expected, found, phrases)"
                            + " values (?, ?, ?, ?, ?, ?)",
                    check,
                    firstFailure.toEpochMilli(),
                    now.toEpochMilli(),
                    failure.expected(),
                    failure.found(),
                    phrases(failure));
            return find(id).orElseThrow();
        });
    }

    /// Closes the open incident of a check.
    ///
    /// @return the closed incident; empty if none was open
    public Optional<Incident> close(String check, Ending ending, Instant now) {
        return database.transaction(_ -> {
            Optional<Incident> open = openOf(check);
            if (open.isEmpty()) return open;
            database.change(
                    "update incident set closed = ?, ending = ? where id = ?",
                    now.toEpochMilli(),
                    ending.name().toLowerCase(Locale.ROOT),
                    open.get().id());
            return find(open.get().id());
        });
    }

    /// Records that a person took responsibility for an incident. Only the first one is recorded.
    ///
    /// @return empty if there is no such incident
    public Optional<Incident> acknowledge(long id, String who, Instant now) {
        return database.transaction(_ -> {
            database.change(
                    "update incident set acknowledged = ?, acknowledged_by = ? where id = ? and acknowledged is null",
                    now.toEpochMilli(),
                    who,
                    id);
            return find(id);
        });
    }

    public void comment(long id, Comment comment) {
        database.change(
                "insert into comment (incident, at, author, text) values (?, ?, ?, ?)",
                id,
                comment.at().toEpochMilli(),
                comment.author(),
                comment.text());
    }

    /// Returns the first comments of an incident, the oldest first.
    public List<Comment> comments(long id, int max) {
        return database.list(
                "select at, author, text from comment where incident = ? order by rowid limit ?",
                row -> new Comment(Instant.ofEpochMilli(row.getLong(1)), row.getString(2), row.getString(3)),
                id,
                max);
    }

    public Optional<Incident> find(long id) {
        return database.first(COLUMNS + "where id = ?", IncidentLog::read, id);
    }

    public Optional<Incident> openOf(String check) {
        return database.first(COLUMNS + "where check_name = ? and closed is null", IncidentLog::read, check);
    }

    public List<Incident> allOpen() {
        return database.list(COLUMNS + "where closed is null order by id", IncidentLog::read);
    }

    /// Returns incidents, the newest first.
    ///
    /// @param check  null for all checks
    /// @param before only incidents with a smaller id are returned
    public List<Incident> list(@Nullable String check, long before, int max) {
        return database.list(
                COLUMNS + "where (?1 is null or check_name = ?1) and id < ?2 order by id desc limit ?3",
                IncidentLog::read,
                check,
                before,
                max);
    }

    private static Incident read(ResultSet row) throws SQLException {
        String ending = row.getString("ending");
        return new Incident(
                row.getLong("id"),
                row.getString("check_name"),
                Instant.ofEpochMilli(row.getLong("first_failure")),
                Instant.ofEpochMilli(row.getLong("opened")),
                instant(row, "closed"),
                ending == null ? null : Ending.valueOf(ending.toUpperCase(Locale.ROOT)),
                failure(row),
                instant(row, "acknowledged"),
                row.getString("acknowledged_by"));
    }

    /// Returns the codes and values of both phrases. The other columns contain the English texts, for people
    /// who read the database.
    private static String phrases(Failure failure) {
        return SenseJson.write(Map.of(
                "kind", failure.kind().word(),
                "expected", stored(failure.expectation()),
                "found", stored(failure.finding())));
    }

    private static List<String> stored(Phrase phrase) {
        List<String> all = new ArrayList<>(List.of(phrase.code()));
        all.addAll(phrase.values());
        return all;
    }

    private static Failure failure(ResultSet row) throws SQLException {
        String phrases = row.getString("phrases");
        var words = new Failure(row.getString("expected"), row.getString("found"));
        if (phrases == null) return words;
        try {
            Map<String, Object> both = SenseJson.object(phrases);
            Object kind = both.get("kind"); // Older versions of Sense had outages only.
            return new Failure(
                    phrase(both.get("expected")),
                    phrase(both.get("found")),
                    kind == null
                            ? Failure.Kind.OUTAGE
                            : Failure.Kind.valueOf(kind.toString().toUpperCase(Locale.ROOT)));
        } catch (IllegalArgumentException unknown) {
            return words; // A newer version of Sense wrote it with a phrase that this version lacks.
        }
    }

    private static Phrase phrase(@Nullable Object stored) {
        if (!(stored instanceof List<?> list) || list.isEmpty())
            throw new IllegalArgumentException("not a phrase: " + stored);
        List<String> all = list.stream().map(String::valueOf).toList();
        return new Phrase(all.getFirst(), all.subList(1, all.size()));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        long ms = row.getLong(column);
        return row.wasNull() ? null : Instant.ofEpochMilli(ms);
    }
}
