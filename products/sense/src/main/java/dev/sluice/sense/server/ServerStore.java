package dev.sluice.sense.server;

import dev.sluice.sense.json.SenseJson;
import dev.sluice.sense.store.Database;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Servers in the database: when each was last seen, and the means of its minutes for a day.
public final class ServerStore {
    private static final Duration MINUTES_KEPT = Duration.ofDays(1);

    /// The time after which a server that has not reported is forgotten.
    static final Duration SERVERS_KEPT = Duration.ofDays(30);

    /// The means of a complete minute.
    ///
    /// @param minute minutes since 1970
    record Minute(String server, long minute, Map<String, Object> means) {}

    private final Database database;

    public ServerStore(Database database) {
        this.database = database;
    }

    Map<String, LastSeen> seen() {
        Map<String, LastSeen> all = new LinkedHashMap<>();
        database.list(
                "select name, run, sequence, published, boot_run, at, uptime_s from server order by name limit ?",
                row -> all.put(
                        row.getString(1),
                        new LastSeen(
                                row.getString(2),
                                row.getLong(3),
                                Instant.ofEpochMilli(row.getLong(4)),
                                row.getString(5),
                                Instant.ofEpochMilli(row.getLong(6)),
                                row.getLong(7))),
                ServerRegistry.SERVERS_MAX);
        return all;
    }

    Trend trend(String server) {
        var trend = new Trend();
        List<Minute> minutes = database.list(
                "select minute, means from server_minute where server = ? order by minute",
                row -> new Minute(server, row.getLong(1), SenseJson.object(row.getString(2))),
                server);
        minutes.forEach(each -> trend.restore(each.minute, each.means));
        return trend;
    }

    void save(List<Minute> ended, Map<String, LastSeen> seen, Instant now) {
        database.transaction(_ -> {
            for (Minute each : ended) {
                // Minutes only grow, so later ones were recorded when the clock was ahead.
                database.change("delete from server_minute where server = ? and minute > ?", each.server, each.minute);
                database.change(
                        "insert or replace into server_minute (server, minute, means) values (?, ?, ?)",
                        each.server,
                        each.minute,
                        SenseJson.write(each.means));
            }
            seen.forEach((name, each) -> database.change(
                    "insert or replace into server (name, run, sequence, published, boot_run, at, uptime_s) values (?, ?, ?, ?, ?, ?, ?)",
                    name,
                    each.run(),
                    each.sequence(),
                    each.published().toEpochMilli(),
                    each.bootRun(),
                    each.at().toEpochMilli(),
                    each.uptimeS()));
            database.change(
                    "delete from server_minute where minute < ?",
                    now.minus(MINUTES_KEPT).getEpochSecond() / 60);
            database.change(
                    "delete from server where published < ?",
                    now.minus(SERVERS_KEPT).toEpochMilli());
            return true;
        });
    }
}
