package dev.sluice.sense.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/// The steps from an empty database to the current schema. A database stores how many of them were applied
/// (`user_version`); a released step is never changed.
final class Migrations {
    private static final List<String> STEPS = List.of("""
            create table incident (
              id integer primary key autoincrement,
              check_name text not null,
              first_failure integer not null,
              opened integer not null,
              closed integer,
              ending text,
              expected text not null,
              found text not null,
              acknowledged integer,
              acknowledged_by text
            ) strict;
            create unique index incident_open on incident (check_name) where closed is null;
            create index incident_check on incident (check_name, id);
            create table comment (
              incident integer not null references incident (id) on delete cascade,
              at integer not null,
              author text not null,
              text text not null
            ) strict;
            create index comment_incident on comment (incident);
            create table outbox (
              id integer primary key autoincrement,
              incident integer not null references incident (id) on delete cascade,
              kind text not null,
              notifier text not null,
              created integer not null,
              due integer not null,
              attempts integer not null default 0,
              problem text,
              ended integer,
              is_sent integer not null default 0,
              unique (incident, kind, notifier)
            ) strict;
            create index outbox_waiting on outbox (notifier, id) where ended is null;
            create table definition (
              kind text not null,
              name text not null,
              content text not null,
              primary key (kind, name)
            ) strict;
            create table maintenance (
              id integer primary key autoincrement,
              checks text not null,
              begins integer not null,
              ends integer not null,
              reason text not null
            ) strict;
            """, """
            create table beat (
              check_name text primary key,
              secret text not null unique,
              known integer not null,
              started integer,
              finished integer,
              exit_code integer not null default 0
            ) strict;
            """, """
            create table server (
              name text primary key,
              run text not null,
              sequence integer not null,
              published integer not null,
              boot_run text not null,
              at integer not null,
              uptime_s integer not null
            ) strict;
            create table server_minute (
              server text not null,
              minute integer not null,
              means text not null,
              primary key (server, minute)
            ) strict, without rowid;
            create index server_minute_age on server_minute (minute);
            """, """
            create table check_name (
              name text primary key,
              created integer not null,
              removed integer
            ) strict;
            create table rollup (
              unit text not null,
              check_name text not null,
              begin integer not null,
              up_ms integer not null,
              down_ms integer not null,
              maintenance_ms integer not null,
              passed integer not null,
              slow integer not null,
              failed integer not null,
              unclear integer not null,
              in_maintenance integer not null,
              latencies text not null,
              primary key (check_name, unit, begin)
            ) strict, without rowid;
            create index rollup_age on rollup (unit, begin);
            alter table incident add column phrases text;
            """, """
            drop index outbox_waiting;
            create index outbox_due on outbox (notifier, due, id) where ended is null;
            """, """
            alter table definition add column crc integer;
            alter table definition add column version text not null default '0';
            create table commits (number integer not null) strict;
            insert into commits (number) values (0);
            """, """
            create index outbox_sent on outbox (notifier, ended) where is_sent = 1;
            """);

    private Migrations() {}

    /// Brings a database to the current version.
    ///
    /// @throws SQLException also if a newer version of the program wrote the database
    static void run(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            int version;
            try (var found = statement.executeQuery("pragma user_version")) {
                version = found.next() ? found.getInt(1) : 0;
            }
            if (version > STEPS.size())
                throw new SQLException("it was written by a newer version of Sense (" + version + "): use that one.");
            for (int step = version; step < STEPS.size(); step++) {
                statement.execute("begin immediate");
                for (String each : STEPS.get(step).split(";\\s*\n", -1)) if (!each.isBlank()) statement.execute(each);
                statement.execute("pragma user_version = " + (step + 1));
                statement.execute("commit");
            }
        }
    }
}
