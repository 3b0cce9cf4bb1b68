package dev.sluice.sense.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Sluice;
import dev.sluice.sense.check.Failure;
import dev.sluice.sense.check.Outcome;
import dev.sluice.sense.json.SenseJson;
import dev.sluice.sense.store.Database;
import dev.sluice.sense.store.DatabaseException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The effects of a server's samples, with a fake clock.
class ServerRegistryTest {
    private static final String CHANNEL = "sense/samples/db-1";
    private static final Duration HOLD = Duration.ofSeconds(20);
    private static final Instant BOOT = Instant.parse("2026-01-01T00:00:00Z");

    /// Not started: the test passes events to the feed itself.
    private final Sluice hub = Sluice.inMemory().port(0).withoutShutdownHook();

    private final Database database = Database.inMemory();
    private final List<String> discovered = new ArrayList<>();
    private final List<String> turned = new ArrayList<>();
    private final List<String> restarted = new ArrayList<>();
    private String obstacle = "";
    private Instant now = Instant.parse("2026-02-01T12:00:00Z");
    private ServerRegistry book = book();
    private ServerFeed feed = feed();
    private String run = "a";
    private long sequence;
    private Instant boot = BOOT;
    private Duration ahead = Duration.ZERO; // The time by which the server's clock is ahead.
    private double cpu = 10;
    private double disk = 50;
    private String mount = "/";

    private ServerRegistry book() {
        return new ServerRegistry(new ServerStore(database), () -> now);
    }

    private ServerFeed feed() {
        return new ServerFeed(hub, book, this::watch, turned::add, restarted::add, () -> {}, () -> now);
    }

    private Optional<String> watch(String server) {
        if (obstacle.equals("throws")) throw new IllegalStateException("the disk is full");
        if (obstacle.isEmpty()) discovered.add(server);
        return Optional.of(obstacle).filter(each -> !each.isEmpty());
    }

    @BeforeEach
    void connect() {
        book.connected(true);
        now = now.plusSeconds(60);
    }

    @AfterEach
    void close() {
        database.close();
        hub.close();
    }

    private Map<String, Object> sample() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("at", now.plus(ahead).toString());
        all.put("run", run);
        all.put("seq", ++sequence);
        all.put("interval_ms", 1000);
        all.put("boot", boot.toString());
        all.put("uptime_s", Duration.between(boot, now).toSeconds());
        all.put("cpu", cpu);
        all.put("memory", Map.of("total", 1000, "used", 300));
        all.put("disks", List.of(Map.of("mount", mount, "total", 1000, "used", disk * 10)));
        all.put(
                "processes",
                List.of(
                        Map.of("pid", 7, "name", "idle", "cpu", 1, "memory", 900 << 20),
                        Map.of("pid", 8, "name", "busy", "cpu", 180, "memory", 20 << 20)));
        return all;
    }

    private void report() {
        report("", sample());
    }

    private void report(String publisher, Map<String, Object> sample) {
        feed.take(CHANNEL, publisher, now, SenseJson.write(sample));
    }

    /// Reports once a second.
    private void reportFor(Duration time) {
        for (long i = 0; i < time.toSeconds(); i++) {
            now = now.plusSeconds(1);
            report();
        }
    }

    /// Updates all servers once a second.
    private void lookFor(Duration time) {
        for (long i = 0; i < time.toSeconds(); i++) {
            now = now.plusSeconds(1);
            book.turned();
        }
    }

    private Outcome presence() {
        return book.presence("db-1", HOLD);
    }

    private Outcome judge(String threshold) {
        return book.judge("db-1", Threshold.parse(threshold));
    }

    private void restartSense() {
        book.save();
        book = book();
        feed = feed();
        book.connected(true);
    }

    /// Returns a failure as people read it.
    private static String failure(String expected, String found) {
        return new Outcome.Failed(new Failure(expected, found)).toString();
    }

    @Test
    void aServerIsDownWithinThreeIntervalsOfItsAgent() {
        report();
        assertThat(book.turned()).containsExactly("db-1");
        assertThat(presence()).isInstanceOf(Outcome.Passed.class);

        now = now.plusMillis(1_500);
        assertThat(book.turned()).isEmpty();
        now = now.plusMillis(1_000);
        assertThat(book.turned()).isEmpty();
        assertThat(presence()).isInstanceOf(Outcome.Passed.class);
        now = now.plusMillis(300);
        assertThat(book.turned()).containsExactly("db-1");
        assertThat(presence()).isInstanceOf(Outcome.Failed.class);

        report();
        assertThat(book.turned()).containsExactly("db-1");
        assertThat(presence()).isInstanceOf(Outcome.Passed.class);
    }

    /// Its machine was suspended, or its clock was set.
    @Test
    void noServerIsDownBecauseSenseItselfWasStopped() {
        for (Duration pause : List.of(Duration.ofMinutes(5), Duration.ofHours(-1))) {
            report();
            book.turned();
            now = now.plus(pause);
            assertThat(presence()).as("before the next look").isNotInstanceOf(Outcome.Failed.class);
            book.turned();
            assertThat(presence()).as("after it").isNotInstanceOf(Outcome.Failed.class);
            lookFor(ServerRegistry.RETURN.plusSeconds(3));
            assertThat(presence()).isInstanceOf(Outcome.Failed.class);
        }
    }

    @Test
    void noServerIsDownWhileSenseIsCutOffFromItsHub() {
        report();
        book.connected(false);
        now = now.plusSeconds(600);
        assertThat(presence()).isInstanceOf(Outcome.Unclear.class);
        assertThat(judge("cpu > 1 %")).isInstanceOf(Outcome.Unclear.class);

        book.connected(true);
        assertThat(book.turned()).containsExactly("db-1");
        lookFor(ServerRegistry.RETURN.plusSeconds(2));
        assertThat(presence()).isNotInstanceOf(Outcome.Failed.class);
        lookFor(Duration.ofSeconds(1));
        assertThat(presence()).isInstanceOf(Outcome.Failed.class);
    }

    @Test
    void aLimitMustBeHeldAndTheAlertNamesTheProcesses() {
        cpu = 95;
        report();
        assertThat(judge("cpu > 90 % for 5m")).isInstanceOf(Outcome.Passed.class);
        reportFor(Duration.ofSeconds(299));
        assertThat(judge("cpu > 90 % for 5m")).isInstanceOf(Outcome.Passed.class);
        reportFor(Duration.ofSeconds(1));
        assertThat(judge("cpu > 90 % for 5m"))
                .hasToString(failure("cpu ≤ 90 % within 5m", "95 %, mostly busy (8) 180 %, idle (7) 1 %"));

        cpu = 90;
        reportFor(Duration.ofSeconds(1));
        assertThat(judge("cpu > 90 % for 5m")).isInstanceOf(Outcome.Passed.class);
        cpu = 95;
        reportFor(Duration.ofSeconds(299));
        assertThat(judge("cpu > 90 % for 5m")).isInstanceOf(Outcome.Passed.class);
        assertThat(judge("memory > 20 %"))
                .hasToString(failure("memory ≤ 20 %", "30 %, mostly idle (7) 900 MiB, busy (8) 20 MiB"));
    }

    @Test
    void aLimitExceededBeforeARestartOfSenseStaysExceeded() {
        cpu = 95;
        reportFor(Duration.ofMinutes(6));
        restartSense();
        reportFor(Duration.ofSeconds(1));
        assertThat(judge("cpu > 90 % for 5m")).isInstanceOf(Outcome.Failed.class);
    }

    @Test
    void figuresOfASilentServerAreNeitherWellNorRecovered() {
        disk = 95;
        report();
        assertThat(judge("disk / > 90 %")).isInstanceOf(Outcome.Failed.class);
        now = now.plusSeconds(10);
        assertThat(judge("disk / > 90 %")).isInstanceOf(Outcome.Unclear.class);
    }

    @Test
    void thresholdsNameTheNearestDiskOrSensorOrTheGivenOne() {
        var hot = sample();
        hot.put("temperature", 71);
        hot.put(
                "temperatures",
                List.of(
                        Map.of("sensor", "nvme/Composite", "celsius", 71),
                        Map.of("sensor", "coretemp/Package-id-0", "celsius", 55)));
        hot.put(
                "disk_io",
                List.of(
                        Map.of("name", "sda", "read", 30_000_000, "write", 5_000_000, "busy", 99.5),
                        Map.of("name", "sdb", "read", 90_000_000, "write", 0, "busy", 12)));
        report("", hot);
        assertThat(judge("temperature > 70 °C"))
                .asString()
                .startsWith("Failed[failure=expected temperature ≤ 70 °C")
                .contains("nvme/Composite 71 °C");
        assertThat(judge("temperature coretemp/Package-id-0 > 70 °C")).isInstanceOf(Outcome.Passed.class);
        assertThat(judge("temperature fan > 70 °C")).isInstanceOf(Outcome.Unclear.class);
        assertThat(judge("disk-read > 100 MB/s")).hasToString(failure("disk-read ≤ 100 MB/s", "120 MB/s"));
        assertThat(judge("disk-read sdb > 80 MB/s")).hasToString(failure("disk-read sdb ≤ 80 MB/s", "sdb 90 MB/s"));
        assertThat(judge("disk-write sda > 5 MB/s")).isInstanceOf(Outcome.Passed.class);
        assertThat(judge("disk-busy > 99 %")).hasToString(failure("disk-busy ≤ 99 %", "sda 99.5 %"));

        var old = sample(); // From an agent that reports one temperature.
        old.put("temperature", 81);
        report("", old);
        assertThat(judge("temperature > 80 °C")).isInstanceOf(Outcome.Failed.class);
        assertThat(judge("disk-busy > 1 %")).isInstanceOf(Outcome.Unclear.class);
    }

    @Test
    void aDiskThatWillBeFullIsForeseenOnceItsGrowthIsKnown() {
        disk = 70;
        report();
        assertThat(judge("full within 24h")).isInstanceOf(Outcome.Unclear.class);
        for (int minute = 0; minute < 120; minute++) {
            disk = 70 + minute * 0.05; // 3 % an hour, so it is full in eight hours.
            report();
            now = now.plusSeconds(60);
        }
        reportFor(Duration.ofSeconds(6)); // Minutes between samples would count as an absence.
        assertThat(judge("disk / full within 24h")).hasToString(failure("not full within 1d", "/ 76 %, full in 8 h"));
        assertThat(judge("full within 4h")).isInstanceOf(Outcome.Passed.class);
    }

    @Test
    void aDiskThatIsFullFailsAForecastHoweverLittleItGrows() {
        disk = 100;
        report();
        assertThat(judge("full within 24h")).hasToString(failure("not full within 1d", "/ 100 %"));
        for (int minute = 0; minute < 600; minute++) {
            disk = Math.min(100, 70 + minute * 0.25);
            report();
            now = now.plusSeconds(60);
        }
        reportFor(Duration.ofSeconds(6));
        assertThat(judge("full within 24h")).isInstanceOf(Outcome.Failed.class);
        assertThat(judge("disk / full within 24h")).isInstanceOf(Outcome.Failed.class);
    }

    /// A node with volumes of containers, whose names differ.
    @Test
    void aDiskIsForeseenHoweverManyWereMountedBefore() {
        for (int number = 0; number < 50; number++) {
            mount = "/pod/" + number;
            for (int minute = 0; minute < 32; minute++) {
                disk = 70 + minute * 0.1;
                report();
                now = now.plusSeconds(60);
            }
        }
        reportFor(Duration.ofSeconds(6));
        String full = failure("not full within 1d", "/pod/49 73.1 %, full in 4 h");
        assertThat(judge("full within 24h")).hasToString(full);
        restartSense();
        reportFor(Duration.ofSeconds(6));
        assertThat(judge("full within 24h")).hasToString(full);
    }

    @Test
    void anUnseenRestartIsAFailureEvenAfterARestartOfSense() {
        report();
        restartSense();
        now = now.plusSeconds(3_600);
        boot = now.minusSeconds(1_800);
        run = "b";
        sequence = 0;
        report();
        assertThat(presence()).hasToString(failure("no restart", "restarted at " + boot));

        restartSense(); // Killed before the restart was confirmed.
        reportFor(Duration.ofSeconds(1));
        assertThat(presence()).isInstanceOf(Outcome.Failed.class);
        reportFor(HOLD);
        assertThat(presence()).isInstanceOf(Outcome.Passed.class);

        restartSense();
        reportFor(Duration.ofSeconds(1));
        assertThat(presence()).isInstanceOf(Outcome.Passed.class);
    }

    /// Its check is paused, or has been deleted.
    @Test
    void aRestartThatNoCheckConfirmsIsOverSoonAndIsNotNoticedAgain() {
        report();
        feed.step(false);
        turned.clear();
        run = "b";
        sequence = 0;
        boot = now;
        reportFor(Duration.ofSeconds(1));
        feed.step(false);
        assertThat(restarted).containsExactly("db-1");
        assertThat(turned).as("rechecks thresholds, too").isEmpty();

        reportFor(Duration.ofMinutes(3));
        restarted.clear();
        feed.step(false);
        assertThat(restarted).isEmpty();
        restartSense();
        reportFor(Duration.ofSeconds(1));
        feed.step(false);
        assertThat(restarted).isEmpty();
    }

    @Test
    void anAgentThatIsRestartedAndAClockThatIsSetAreNoRestartOfTheServer() {
        report();
        run = "b";
        sequence = 0;
        reportFor(Duration.ofSeconds(1));
        assertThat(presence()).isInstanceOf(Outcome.Passed.class);
        boot = boot.plus(Duration.ofDays(2));
        Map<String, Object> sample = sample();
        sample.put("at", now.plus(Duration.ofDays(2)).toString());
        sample.put("uptime_s", Duration.between(BOOT, now).toSeconds() + 1);
        report("", sample);
        assertThat(presence()).isInstanceOf(Outcome.Passed.class);
    }

    @Test
    void samplesThatWereReadBeforeCountOnce() {
        report();
        Instant time = now;
        String old = SenseJson.write(sample());
        feed.take(CHANNEL, "", time, old);
        run = "b";
        sequence = 0;
        reportFor(Duration.ofSeconds(2));
        restartSense();
        feed.take(CHANNEL, "", time, old); // The hub's history is read again.
        assertThat(presence()).isInstanceOf(Outcome.Unclear.class);
        reportFor(Duration.ofSeconds(1));
        assertThat(presence()).isInstanceOf(Outcome.Passed.class);
    }

    @Test
    void aServerWithALongIntervalIsNotDownBecauseSenseWasRestarted() {
        Map<String, Object> sample = sample();
        sample.put("interval_ms", 60_000);
        Instant time = now;
        report("", sample);
        restartSense();
        feed.take(CHANNEL, "", time, SenseJson.write(sample)); // The hub's history is read again.
        lookFor(Duration.ofSeconds(183));
        assertThat(presence()).isInstanceOf(Outcome.Unclear.class);
        lookFor(Duration.ofSeconds(2));
        assertThat(presence()).hasToString(failure("a sample every 60 s", "none since Sense was started"));
    }

    @Test
    void samplesCountOnlyFromTheirOwnServer() {
        report("web-1", sample());
        assertThat(feed.ignored()).isEqualTo(1);
        assertThat(book.show("db-1")).isEmpty();
        report("db-1", sample());
        assertThat(book.show("db-1")).isPresent();
        assertThat(discovered).containsExactly("db-1");
    }

    @Test
    void aServerBeyondTheMostIsReportedAndTakenOnceOthersWereForgotten() {
        for (int i = 0; i < ServerRegistry.SERVERS_MAX; i++) report("web-" + i);
        assertThat(feed.problem()).isEmpty();
        now = now.plus(Duration.ofDays(29));
        report("web-0");
        report("late");
        assertThat(book.show("late")).isEmpty();
        assertThat(feed.ignored()).isEqualTo(1);
        assertThat(feed.problem()).contains("'late'").contains("1000");

        now = now.plus(Duration.ofDays(2));
        assertThat(feed.problem()).isEmpty();
        book.save();
        report("late");
        assertThat(book.showAll()).extracting(server -> server.get("name")).containsExactly("late", "web-0");
        restartSense();
        assertThat(book.showAll()).extracting(server -> server.get("name")).containsExactly("late", "web-0");
        assertThat(discovered).hasSize(ServerRegistry.SERVERS_MAX + 1).endsWith("late");
    }

    private void report(String server) {
        feed.take("sense/samples/" + server, server, now, SenseJson.write(sample()));
    }

    @Test
    void minutesThatTheDatabaseCouldNotTakeAreSavedLater() {
        reportFor(Duration.ofMinutes(1));
        book.save();
        database.change("create trigger full before insert on server_minute begin select raise(abort, 'disk'); end");
        cpu = 70;
        reportFor(Duration.ofMinutes(3));
        assertThatThrownBy(book::save).isInstanceOf(DatabaseException.class);
        assertThatThrownBy(book::save).isInstanceOf(DatabaseException.class);
        database.change("drop trigger full");
        reportFor(Duration.ofMinutes(1));
        Map<String, Object> before = book.day("db-1").orElseThrow();
        assertThat((List<?>) before.get("minutes")).hasSizeGreaterThanOrEqualTo(4);
        restartSense();
        assertThat(book.day("db-1")).contains(before);
    }

    @Test
    void aServerWhoseChecksCouldNotBeCreatedIsReportedAndWatchedLater() {
        for (String each : List.of("throws", "too many checks")) {
            obstacle = each;
            report(each.substring(0, 3));
        }
        assertThat(feed.problem()).contains("'thr' and 1 more", "the disk is full");
        feed.step(true);
        assertThat(feed.problem()).isNotEmpty();
        assertThat(discovered).isEmpty();
        obstacle = "";
        turned.clear();
        feed.step(true);
        assertThat(discovered).containsExactly("thr", "too");
        assertThat(turned).contains("thr", "too");
        assertThat(feed.problem()).isEmpty();
    }

    @Test
    void aServerThatIsNotWatchedYetIsDiscoveredAgainAfterARestartOfSense() {
        obstacle = "too many checks";
        report("db-9");
        feed.step(true);
        restartSense();
        report("db-9");
        assertThat(feed.problem()).contains("'db-9'");
        obstacle = "";
        feed.step(true);
        assertThat(discovered).containsExactly("db-9");

        restartSense();
        report("db-9");
        assertThat(discovered).as("known").hasSize(1);
    }

    /// The hub's times never go back.
    @Test
    void nothingIsHeldUntilTheTimeOfAClockThatWasAhead() {
        reportFor(Duration.ofSeconds(10));
        now = now.plus(Duration.ofHours(8));
        Instant published = now;
        run = "b";
        sequence = 0;
        boot = now.minusSeconds(60);
        report();
        assertThat(judge("cpu > 90 %")).isInstanceOf(Outcome.Unclear.class);
        assertThat(presence()).isInstanceOf(Outcome.Failed.class);

        now = now.minus(Duration.ofHours(8));
        feed.take(CHANNEL, "", published, SenseJson.write(sample()));
        book.turned();
        assertThat(judge("cpu > 90 %")).isInstanceOf(Outcome.Passed.class);
        assertThat(presence()).isInstanceOf(Outcome.Passed.class);
    }

    @Test
    void minutesAreKeptAfterAClockThatWasFarAhead() {
        reportFor(Duration.ofMinutes(3));
        ahead = Duration.ofDays(400);
        reportFor(Duration.ofMinutes(3));
        book.save();
        ahead = Duration.ZERO;
        restartSense();
        cpu = 70;
        reportFor(Duration.ofMinutes(3));
        book.save();
        assertThat(minutes()).hasSizeGreaterThanOrEqualTo(5).allMatch(minute -> minute <= now.getEpochSecond());
        assertThat(judge("cpu > 50 % for 2m")).isInstanceOf(Outcome.Failed.class);
        List<Long> before = minutes();
        restartSense();
        assertThat(minutes()).isEqualTo(before);
    }

    private List<Long> minutes() {
        return ((List<?>) book.day("db-1").orElseThrow().get("minutes"))
                .stream().map(row -> (Long) ((List<?>) row).getFirst()).toList();
    }

    @Test
    void bufferedFiguresOfAnAgentSayNothingAboutThePresent() {
        reportFor(Duration.ofSeconds(10));
        now = now.plus(Duration.ofHours(1));
        ahead = Duration.ofMinutes(-50);
        cpu = 99;
        report();
        assertThat(judge("cpu > 90 %")).isInstanceOf(Outcome.Unclear.class);
        ahead = Duration.ZERO;
        cpu = 10;
        reportFor(Duration.ofSeconds(5));
        assertThat(judge("cpu > 90 %")).isInstanceOf(Outcome.Passed.class);
        assertThat(book.day("db-1"))
                .hasValueSatisfying(
                        day -> assertThat((List<?>) day.get("minutes")).hasSizeGreaterThanOrEqualTo(2));
    }

    @Test
    void twoAgentsOfOneNameAreReportedAndNotTakenForRestarts() {
        report();
        run = "b"; // The agent was restarted; this is not a second agent.
        sequence = 0;
        reportFor(Duration.ofSeconds(5));
        assertThat(presence()).isInstanceOf(Outcome.Passed.class);
        for (String each : List.of("a", "b", "a", "b")) {
            run = each;
            sequence += 10;
            boot = each.equals("a") ? BOOT : BOOT.plus(Duration.ofDays(20));
            reportFor(Duration.ofSeconds(1));
        }
        assertThat(presence())
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.failure().found()).isEqualTo("two agents report as db-1"));
        reportFor(Duration.ofSeconds(61));
        assertThat(presence()).isInstanceOf(Outcome.Passed.class);
    }

    @Test
    void ignoresInvalidSamples() {
        for (String text : List.of("", "[]", "{}", "{\"at\":\"yesterday\"}", "x".repeat(100_000)))
            feed.take(CHANNEL, "", now, text);
        assertThat(feed.ignored()).isEqualTo(5);
        var late = sample();
        late.put(
                "at", "+1000000000-01-01T00:00:00Z"); // A time that can't be stored, together with those of all others.
        report("", late);
        assertThat(feed.ignored()).isEqualTo(6);
        var odd = sample();
        odd.put("cpu", "much");
        odd.put("disks", Map.of());
        odd.put("processes", List.of(1, "two"));
        odd.put("memory", List.of());
        report("", odd);
        assertThat(judge("cpu > 1 %")).isInstanceOf(Outcome.Unclear.class);
        assertThat(judge("disk > 1 %")).isInstanceOf(Outcome.Unclear.class);
    }
}
