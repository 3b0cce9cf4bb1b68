package dev.sluice.sense.uptime;

import dev.sluice.sense.store.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Roll-ups of hours and days in the database.
final class RollupStore {
    /// The period covered by a row.
    enum Unit {
        HOUR(ChronoUnit.HOURS, Duration.ofDays(2)),
        DAY(ChronoUnit.DAYS, Duration.ofDays(91));

        private final ChronoUnit unit;
        private final Duration kept;

        Unit(ChronoUnit unit, Duration kept) {
            this.unit = unit;
            this.kept = kept;
        }

        Instant begin(Instant time) {
            return time.truncatedTo(unit);
        }
    }

    private static final String COLUMNS =
            Arrays.stream(RollupColumn.values()).map(RollupColumn::column).collect(Collectors.joining(", "));

    private final Database database;

    RollupStore(Database database) {
        this.database = database;
    }

    /// Adds roll-ups of hours to the rows of those hours and their days, in one transaction.
    ///
    /// @param all by check and hour
    void add(Map<String, Map<Instant, Rollup>> all) {
        database.transaction(() -> {
            all.forEach((check, hours) -> hours.forEach((hour, rollup) -> {
                for (Unit unit : Unit.values()) add(unit, check, unit.begin(hour), rollup);
            }));
        });
    }

    private void add(Unit unit, String check, Instant begin, Rollup rollup) {
        Rollup sum = sum(unit, check, begin, begin);
        sum.add(rollup);
        List<Object> values = new ArrayList<>(List.of(
                unit.name(), check, begin.toEpochMilli(), sum.latencies().text()));
        for (RollupColumn each : RollupColumn.values()) values.add(sum.get(each));
        String marks = ", ?".repeat(values.size()).substring(2);
        database.change(
                "insert or replace into rollup (unit, check_name, begin, latencies, " + COLUMNS + ") values (" + marks
                        + ")",
                values.toArray());
    }

    /// Returns the sum of the rows of a check that begin within the given times, both inclusive.
    Rollup sum(Unit unit, String check, Instant from, Instant until) {
        var sum = new Rollup();
        database.list(
                        "select latencies, " + COLUMNS
                                + " from rollup where unit = ? and check_name = ? and begin between ? and ?",
                        RollupStore::read,
                        unit.name(),
                        check,
                        from.toEpochMilli(),
                        until.toEpochMilli())
                .forEach(sum::add);
        return sum;
    }

    private static Rollup read(ResultSet row) throws SQLException {
        var rollup = new Rollup(LatencyHistogram.parse(row.getString("latencies")));
        for (RollupColumn each : RollupColumn.values()) rollup.add(each, row.getLong(each.column()));
        return rollup;
    }

    /// Deletes rows that are older than any window, and forgets removed checks without rows, with the addresses
    /// of their jobs.
    void prune(Instant now) {
        database.transaction(() -> {
            for (Unit unit : Unit.values())
                database.change(
                        "delete from rollup where unit = ? and begin < ?",
                        unit.name(),
                        now.minus(unit.kept).toEpochMilli());
            database.change("""
                    delete from check_name where removed is not null
                      and not exists (select 1 from rollup where rollup.check_name = check_name.name)""");
            database.change(
                    "delete from beat where not exists (select 1 from check_name where name = beat.check_name)");
        });
    }
}
