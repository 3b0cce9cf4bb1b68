package dev.sluice.sense.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sense.check.Failure;
import dev.sluice.sense.incident.Comment;
import dev.sluice.sense.incident.Incident;
import dev.sluice.sense.incident.IncidentLog;
import dev.sluice.sense.notify.Alert;
import dev.sluice.sense.notify.OutboxEntry;
import dev.sluice.sense.notify.OutboxStore;
import dev.sluice.sense.state.StateEvent.Ending;
import dev.sluice.sense.store.Database;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class HistoryRetentionTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final Database database = Database.inMemory();
    private final IncidentLog incidents = new IncidentLog(database);
    private final OutboxStore outbox = new OutboxStore(database);
    private final HistoryRetention retention = new HistoryRetention(database);

    private Incident open(String check, Instant at) {
        Incident incident = incidents.open(check, at, at, new Failure("up", "down"));
        incidents.comment(incident.id(), new Comment(at, "Ada", "it was the disk"));
        outbox.add(incident.id(), Alert.Kind.OPENED, "ops", at);
        return incident;
    }

    private Incident closed(String check, Instant at) {
        Incident incident = open(check, at);
        for (OutboxEntry each : outbox.ofIncident(incident.id())) outbox.sent(each, at);
        return incidents.close(check, Ending.RECOVERED, at).orElseThrow();
    }

    private long count(String table) {
        return database.first("select count(*) from " + table, row -> row.getLong(1))
                .orElseThrow();
    }

    private void addWindow(Instant ends) {
        database.change(
                "insert into maintenance (checks, begins, ends, reason) values ('', 0, ?, '')", ends.toEpochMilli());
    }

    @Test
    void deletesOldIncidentsUnlessTheyAreOpenOrAnAlertWaits() {
        Instant old = NOW.minus(HistoryRetention.INCIDENTS_KEPT).minusSeconds(1);
        closed("gone", old);
        Incident open = open("open", old);
        Incident waiting = open("waiting", old);
        incidents.close("waiting", Ending.RECOVERED, old);
        Incident young = closed("young", old.plusSeconds(2));

        retention.prune(NOW);

        assertThat(incidents.list(null, Long.MAX_VALUE, 10))
                .extracting(Incident::id)
                .containsExactly(young.id(), waiting.id(), open.id());
        assertThat(count("comment")).isEqualTo(3);
        assertThat(count("outbox")).isEqualTo(3);
    }

    @Test
    void keepsTheNewestIncidentsUpToTheirMost() {
        Incident open = open("open", NOW);
        database.change("""
                insert into incident (check_name, first_failure, opened, closed, expected, found)
                  with recursive row (i) as (select 1 union all select i + 1 from row where i < ?1)
                  select 'a', ?2, ?2, ?2, 'up', 'down' from row""", HistoryRetention.INCIDENTS_MAX + 2_500, NOW.toEpochMilli());

        retention.prune(NOW);

        assertThat(count("incident")).isEqualTo(HistoryRetention.INCIDENTS_MAX + 1L);
        assertThat(incidents.find(open.id())).isPresent();
        assertThat(incidents.find(open.id() + 2_500)).isEmpty();
        assertThat(incidents.find(open.id() + 2_501)).isPresent();
    }

    @Test
    void deletesWindowsThatEndedLongAgoAndTheOldestOfTooMany() {
        addWindow(NOW.minus(HistoryRetention.WINDOWS_KEPT).minusSeconds(1));
        for (int i = 0; i < HistoryRetention.WINDOWS_MAX; i++) addWindow(NOW.minusSeconds(1));
        retention.prune(NOW);
        assertThat(count("maintenance")).isEqualTo(HistoryRetention.WINDOWS_MAX);

        addWindow(NOW.plusSeconds(10_000));
        retention.prune(NOW.plus(Duration.ofMinutes(59)));
        assertThat(count("maintenance")).isEqualTo(HistoryRetention.WINDOWS_MAX + 1L);
        retention.prune(NOW.plus(Duration.ofMinutes(60)));
        assertThat(count("maintenance")).isEqualTo(HistoryRetention.WINDOWS_MAX);
    }
}
