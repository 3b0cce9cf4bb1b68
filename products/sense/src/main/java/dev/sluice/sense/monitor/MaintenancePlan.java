package dev.sluice.sense.monitor;

import dev.sluice.sense.store.Database;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

/// The planned windows, stored in the database. Safe for use by many threads.
public final class MaintenancePlan {
    /// The maximum number of windows that have not ended.
    public static final int WINDOWS_MAX = 1_000;

    private final Database database;
    private final Monitor monitor;
    private final InstantSource clock;

    public MaintenancePlan(Database database, Monitor monitor, InstantSource clock) {
        this.database = database;
        this.monitor = monitor;
        this.clock = clock;
    }

    /// Returns the windows that have not ended, the earliest first.
    public List<MaintenanceWindow> windows() {
        return database.list(
                "select id, checks, begins, ends, reason from maintenance where ends > ? and begins < ends order by begins, id limit ?",
                row -> new MaintenanceWindow(
                        row.getLong(1),
                        row.getString(2).isEmpty()
                                ? Set.of()
                                : Set.of(row.getString(2).split(" ", -1)),
                        Instant.ofEpochMilli(row.getLong(3)),
                        Instant.ofEpochMilli(row.getLong(4)),
                        row.getString(5)),
                clock.millis(),
                WINDOWS_MAX);
    }

    public synchronized void load() {
        monitor.setMaintenance(windows());
    }

    /// Adds a window.
    ///
    /// @return its id; 0 if there are already [#WINDOWS_MAX] windows
    public synchronized long add(Set<String> checks, Instant begins, Instant ends, String reason) {
        if (windows().size() >= WINDOWS_MAX) return 0;
        long id = database.insert(
                "insert into maintenance (checks, begins, ends, reason) values (?, ?, ?, ?)",
                String.join(" ", checks),
                begins.toEpochMilli(),
                ends.toEpochMilli(),
                reason);
        load();
        return id;
    }

    /// @return false if there is no such window
    public synchronized boolean remove(long id) {
        boolean isRemoved = database.change("delete from maintenance where id = ?", id) > 0;
        load();
        return isRemoved;
    }
}
