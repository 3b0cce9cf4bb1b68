package dev.sluice.sense.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sense.check.Network;
import dev.sluice.sense.check.Outcome;
import dev.sluice.sense.config.CheckDefinition;
import dev.sluice.sense.config.CheckType;
import dev.sluice.sense.config.Fields;
import dev.sluice.sense.config.HostAndPort;
import dev.sluice.sense.incident.IncidentLog;
import dev.sluice.sense.live.LiveFeed;
import dev.sluice.sense.state.Rules;
import dev.sluice.sense.store.Database;
import dev.sluice.sense.story.RawServer;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import okhttp3.Dns;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Checks are not reported as down while the monitor itself has no network.
class WitnessTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final Database database = Database.inMemory();
    private final AtomicLong clockMs = new AtomicLong();
    private final Monitor monitor = new Monitor(
            database, new LiveFeed((_, _, _, _) -> {}), Set::of, _ -> {}, () -> {}, Runnable::run, () -> NOW);
    private Outcome outcome = new Outcome.Passed(Duration.ZERO, "200");

    /// Trying silent addresses takes seconds, and each run of each check would take that long.
    @Test
    @Timeout(60)
    void doNotWaitWhileAnotherTestsTheNetwork() throws Exception {
        var looking = new CompletableFuture<Void>();
        var stuck = new CompletableFuture<List<InetAddress>>();
        var isStuck = new AtomicBoolean();
        Dns dns = host -> {
            if (!isStuck.get()) return Dns.SYSTEM.lookup(host);
            looking.complete(null);
            return stuck.join();
        };
        try (var elsewhere = RawServer.of("")) {
            var address = new HostAndPort("127.0.0.1", elsewhere.port());
            var witness = new Witness(() -> List.of(address), Network.of(dns, null), clockMs::get);
            assertThat(witness.isNetworkDown()).isFalse();
            elsewhere.stopListening();
            clockMs.addAndGet(10_000);
            assertThat(witness.isNetworkDown()).isTrue();
            clockMs.addAndGet(10_000);
            isStuck.set(true);
            var first = new FutureTask<>(witness::isNetworkDown);
            Thread.ofVirtual().start(first);
            looking.join();
            assertThat(witness.isNetworkDown()).isTrue();
            assertThat(first).isNotDone();
            stuck.complete(List.of(InetAddress.getLoopbackAddress()));
            assertThat(first.get()).isTrue();
        }
    }

    private CheckRunner runner(RawServer elsewhere) {
        var type = CheckType.remote("fake", Set.of(), (Fields _, String _) -> () -> outcome);
        monitor.putAll(List.of(new CheckDefinition(
                "shop",
                type,
                Map.of("name", "shop"),
                Duration.ofSeconds(10),
                Duration.ofSeconds(60),
                Duration.ofSeconds(5),
                new Rules(1, 1, Duration.ZERO, Set.of(), Rules.Flapping.DEFAULT),
                List.of(),
                false,
                false,
                "",
                () -> outcome)));
        List<HostAndPort> addresses = List.of(new HostAndPort("127.0.0.1", elsewhere.port()));
        return new CheckRunner(monitor, new Witness(() -> addresses, Network.system(), clockMs::get), () -> NOW);
    }

    private String run(CheckRunner runner) throws InterruptedException {
        clockMs.addAndGet(10_000);
        runner.run("shop");
        return String.valueOf(monitor.show("shop").orElseThrow().get("state"));
    }

    @Test
    void areUnknownAndHaveNoIncidentUntilTheNetworkIsBack() throws Exception {
        var log = new IncidentLog(database);
        try (var elsewhere = RawServer.of("")) {
            var runner = runner(elsewhere);
            outcome = Outcome.failed("status 2xx", "503");
            assertThat(run(runner)).isEqualTo("down");
            outcome = new Outcome.Passed(Duration.ZERO, "200");
            assertThat(run(runner)).isEqualTo("up");
            elsewhere.stopListening();
            outcome = Outcome.failed("a connection", "no answer in time");
            assertThat(run(runner)).isEqualTo("unknown");
            assertThat(runner.witness().problem()).contains("127.0.0.1", "refused");
            assertThat(log.allOpen()).isEmpty();
        }
    }

    /// Nothing has failed since the start, so no outcome needed the addresses before.
    @Test
    void areUnknownAlsoInTheFirstOutageAfterAStart() throws Exception {
        try (var elsewhere = RawServer.of("")) {
            var runner = runner(elsewhere);
            assertThat(run(runner)).isEqualTo("up");
            elsewhere.stopListening();
            outcome = Outcome.failed("a connection", "no answer in time");
            assertThat(run(runner)).isEqualTo("unknown");
            assertThat(new IncidentLog(database).allOpen()).isEmpty();
        }
    }

    @Test
    void areDownIfTheAddressesHaveNeverAnswered() throws Exception {
        try (var elsewhere = RawServer.of("")) {
            elsewhere.stopListening();
            var runner = runner(elsewhere);
            outcome = Outcome.failed("a connection", "no answer in time");
            assertThat(run(runner)).isEqualTo("down");
        }
    }

    @Test
    @SuppressWarnings("try") // It is also closed during the test, and its port is used again.
    void areRunAgainAsSoonAsAnAddressAnswers() throws Exception {
        try (var first = RawServer.of("")) {
            var runner = runner(first);
            outcome = Outcome.failed("a connection", "no answer in time");
            assertThat(run(runner)).isEqualTo("down");
            first.stopListening();
            assertThat(run(runner)).isEqualTo("down"); // An open incident stays open.
            first.close();
            outcome = new Outcome.Passed(Duration.ZERO, "200");
            try (var again = new RawServer("127.0.0.1", first.port(), _ -> new byte[0])) {
                assertThat(run(runner)).isEqualTo("up");
                assertThat(again.port()).isEqualTo(first.port());
                assertThat(runner.witness().problem()).isEmpty();
            }
        }
    }
}
