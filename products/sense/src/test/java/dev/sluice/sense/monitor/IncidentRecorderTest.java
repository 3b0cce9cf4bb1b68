package dev.sluice.sense.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sense.check.Failure;
import dev.sluice.sense.incident.IncidentLog;
import dev.sluice.sense.monitor.IncidentRecorder.Entry;
import dev.sluice.sense.state.StateEvent.Ending;
import dev.sluice.sense.store.Database;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class IncidentRecorderTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final Database database = Database.inMemory();

    private static Entry opening(int check) {
        var failure = new Failure("status 2xx", "503");
        return new Entry.Opening("c" + check, NOW, failure, NOW, Set.of("ops", "chat"));
    }

    private void failInserts(String table, String condition, String reason) {
        database.change("create trigger " + table + "_fails before insert on " + table + " when " + condition
                + " begin select raise(abort, '" + reason + "'); end");
    }

    @Test
    void anEntryThatAlwaysFailsIsReportedAndKeptAndDelaysNoOther() {
        List<Runnable> tasks = new ArrayList<>();
        List<IncidentRecorder.Recorded> all = new ArrayList<>();
        List<String> told = new ArrayList<>();
        var recorder = new IncidentRecorder(database, tasks::add, (recorded, checks) -> {
            all.addAll(recorded);
            told.addAll(checks);
        });
        failInserts("incident", "new.check_name in ('c1', 'c2')", "odd");
        for (int i = 0; i < 4; i++) recorder.add(opening(i));
        recorder.add(new Entry.Closing("c1", Ending.RECOVERED, NOW.plusSeconds(1)));
        run(tasks);
        assertThat(told).as("states are shown").contains("c0", "c1", "c2", "c3");
        assertThat(all).extracting(each -> each.incident().check()).containsExactly("c0", "c3");
        assertThat(recorder.status().quarantined()).contains("'c1' and 1 more", "odd");
        assertThat(recorder.status().problem()).isEmpty();
        assertThat(database.problem()).isEmpty();
        assertThat(recorder.isPrompt("c1")).isFalse();

        for (int i = 0; i < 100; i++) { // A check that alternates takes no more memory.
            recorder.add(opening(1));
            recorder.add(new Entry.Closing("c1", Ending.RECOVERED, NOW.plusSeconds(2)));
        }
        recorder.add(opening(4));
        run(tasks);
        recorder.retry();
        run(tasks);
        assertThat(all.getLast().incident().check()).isEqualTo("c4");
        assertThat(recorder.status().waiting()).isLessThanOrEqualTo(Quarantine.ENTRIES_MAX + 1);
        assertThat(recorder.status().dropped()).isPositive();

        database.change("drop trigger incident_fails");
        for (int i = 0; i <= Quarantine.ENTRIES_MAX; i++) {
            recorder.retry();
            run(tasks);
        }
        assertThat(recorder.status().waiting()).isZero();
        assertThat(recorder.status().quarantined()).isEmpty();
        assertThat(new IncidentLog(database).allOpen())
                .as("c1 was closed as often as it was opened")
                .extracting(incident -> incident.check())
                .containsExactlyInAnyOrder("c0", "c3", "c4", "c2");
    }

    private static void run(List<Runnable> tasks) {
        while (!tasks.isEmpty()) tasks.removeFirst().run();
    }

    @Test
    void dropsEndedIncidentsIfTheDatabaseFailsForTooLong() {
        List<Set<String>> told = new ArrayList<>();
        List<IncidentRecorder.Recorded> all = new ArrayList<>();
        int most = 1_000;
        IncidentRecorder.Listener listener = (recorded, checks) -> {
            all.addAll(recorded);
            told.add(checks);
        };
        var recorder = new IncidentRecorder(database, Runnable::run, listener, most);
        recorder.add(opening(0));
        assertThat(all).hasSize(1);

        failInserts("outbox", "true", "disk full");
        failInserts("definition", "true", "disk full");
        told.clear();
        recorder.add(opening(1));
        assertThat(recorder.status().problem()).contains("disk full");
        assertThat(told).containsExactly(Set.of("c1"));
        recorder.add(new Entry.Closing("c0", Ending.RECOVERED, NOW));
        for (int i = 0; i < most; i++) {
            recorder.add(opening(2));
            recorder.add(new Entry.Closing("c2", Ending.RECOVERED, NOW));
        }
        recorder.add(opening(3));
        assertThat(recorder.status().waiting()).isLessThanOrEqualTo(most);
        assertThat(recorder.status().dropped()).isPositive();
        recorder.retry();
        assertThat(told).as("no check hears again that it waits").last().isEqualTo(Set.of());

        database.change("drop trigger outbox_fails");
        database.change("drop trigger definition_fails");
        recorder.retry();
        assertThat(recorder.status().problem()).isEmpty();
        assertThat(recorder.status().waiting()).isZero();
        assertThat(new IncidentLog(database).allOpen())
                .extracting(incident -> incident.check())
                .containsExactly("c1", "c3");
    }

    @Test
    void lets100OutagesPassWhileTheDiskIsBusyAndRecordsThemInTheirOrderAtOnce() throws Exception {
        var busy = new CountDownLatch(1);
        var begun = new CountDownLatch(1);
        Thread disk = Thread.ofVirtual()
                .start(() -> database.transaction(() -> {
                    begun.countDown();
                    try {
                        busy.await();
                    } catch (InterruptedException ended) {
                        Thread.currentThread().interrupt();
                    }
                }));
        begun.await();
        var batches = new LinkedBlockingQueue<List<IncidentRecorder.Recorded>>();
        try (var executor = Executors.newSingleThreadExecutor()) {
            var recorder = new IncidentRecorder(database, executor, (recorded, _) -> batches.add(recorded));
            Thread outcomes = Thread.ofVirtual().start(() -> {
                for (int i = 0; i < 100; i++) recorder.add(opening(i));
                recorder.add(new Entry.Closing("c7", Ending.RECOVERED, NOW.plusSeconds(1)));
            });
            assertThat(outcomes.join(java.time.Duration.ofSeconds(60)))
                    .as("outcomes did not wait")
                    .isTrue();
            busy.countDown();
            disk.join();
            List<IncidentRecorder.Recorded> all = new ArrayList<>();
            int count = 0;
            for (; all.size() < 101; count++) all.addAll(batches.poll(60, TimeUnit.SECONDS));
            assertThat(count).as("transactions").isLessThanOrEqualTo(2);
            assertThat(all.subList(0, 100))
                    .extracting(each -> each.incident().check())
                    .isEqualTo(java.util.stream.IntStream.range(0, 100)
                            .mapToObj(i -> "c" + i)
                            .toList());
            assertThat(all.getLast().incident().closed()).isEqualTo(NOW.plusSeconds(1));
        }
        assertThat(new IncidentLog(database).allOpen()).hasSize(99);
        assertThat(database.list("select id from outbox", row -> row.getLong(1)))
                .hasSize(202);
    }
}
