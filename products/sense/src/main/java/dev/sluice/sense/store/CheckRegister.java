package dev.sluice.sense.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The names of checks, since when each exists, and which were removed. A check that is added again starts
/// without the reports of the former job.
public final class CheckRegister {
    private final Database database;

    public CheckRegister(Database database) {
        this.database = database;
    }

    /// Records that checks exist.
    public void add(Iterable<String> checks, Instant now) {
        database.transaction(() -> checks.forEach(check -> {
            database.change("""
                        update beat set known = ?1, started = null, finished = null, exit_code = 0
                        where check_name = ?2
                          and not exists (select 1 from check_name where name = ?2 and removed is null)""", now.toEpochMilli(), check);
            database.change("""
                        insert into check_name (name, created) values (?, ?)
                        on conflict (name) do update set removed = null""", check, now.toEpochMilli());
        }));
    }

    public void remove(String check, Instant now) {
        database.change("update check_name set removed = ? where name = ?", now.toEpochMilli(), check);
    }

    /// Returns since when a check exists.
    public Optional<Instant> created(String check) {
        return database.first(
                "select created from check_name where name = ?", row -> Instant.ofEpochMilli(row.getLong(1)), check);
    }

    /// Returns the checks that were not removed.
    public List<String> names() {
        return database.list("select name from check_name where removed is null", row -> row.getString(1));
    }
}
