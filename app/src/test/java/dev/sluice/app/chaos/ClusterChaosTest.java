package dev.sluice.app.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/// Rounds of faults on nodes in separate processes, under publishers and readers that change nodes and
/// transports. Each run prints its seed, which determines the faults and where clients go; timing adds more randomness.
///
/// - `-Dsluice.chaos.rounds=N` sets the number of rounds.
/// - `-Dsluice.chaos.faults=A,B` limits the faults.
/// - `-Dsluice.chaos.order=kafka` uses three brokers for the order, and their faults.
/// - `-Dsluice.chaos.tls=true` makes nodes talk to each other over mutual TLS.
/// - `-Dsluice.chaos.nodes=N` uses N nodes instead of three.
/// - `-Dsluice.chaos.delay=MS` delays all data between nodes, in addition to faults.
/// - `-Dsluice.chaos.busy=N` runs N programs that keep processors busy.
/// - `-Dsluice.chaos.ready=SECONDS` is the time in which nodes have to be ready again.
///
/// A round with a violation does not end the run, so that one shows how often each happens; a few of them do.
@Isolated
@Tag("alone") // Its long form keeps more processors busy than there are, and others beside it would time out.
@Order(1)
@Tag("long")
final class ClusterChaosTest {
    private static final int ROUNDS = Integer.getInteger("sluice.chaos.rounds", 100);
    private static final int FAILURES_MAX = 5;
    private static final String FAULTS = System.getProperty("sluice.chaos.faults", "");

    /// An unknown name of a fault fails the test; it is not ignored.
    private static final List<Fault> DRAWN = FAULTS.isEmpty()
            ? List.of(Fault.values())
            : Arrays.stream(FAULTS.split(",")).map(Fault::valueOf).toList();

    private static final boolean IS_IN_KAFKA =
            System.getProperty("sluice.chaos.order", "raft").equals("kafka");

    @TempDir
    Path folder;

    private final long seed = Long.getLong("sluice.seed", Long.getLong("sluice.seeds", System.nanoTime()));
    private final Random random = new Random(seed);
    private final Map<Fault, Integer> inflicted = new EnumMap<>(Fault.class);
    private final List<Round.Result> results = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    @Test
    void noClientFindsAViolation() throws Exception {
        System.out.printf("%d rounds, -Dsluice.seed=%d%n", ROUNDS, seed);
        var setup = new ChaosCluster.Setup(
                Integer.getInteger("sluice.chaos.nodes", 3),
                false,
                IS_IN_KAFKA,
                Boolean.getBoolean("sluice.chaos.tls"),
                Duration.ofMillis(Integer.getInteger("sluice.chaos.delay", 0)),
                Integer.getInteger("sluice.chaos.busy", 0));
        System.out.println(setup);
        try (var http = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build();
                var cluster = new ChaosCluster(folder, http, setup)) {
            for (int i = 0; i < ROUNDS && failures.size() < FAILURES_MAX; i++) round(cluster, http, i, draw());
            System.out.printf(
                    "%d nodes replaced: a full disk took their vote, or they had lost entries%n", cluster.replaced());
            for (Round.Result each : results)
                for (Load.Log log : each.load().logs()) Load.requireUnchanged(cluster.urls(), http, log);
        }
        System.out.printf(
                "%d rounds, -Dsluice.seed=%d, %d with violations: %s%n%d events in the logs, %d acknowledged one by"
                        + " one, %d refused by their condition, %d received, %d deleted, %d nodes started again, ready"
                        + " after %d ms at most%n",
                results.size() + failures.size(),
                seed,
                failures.size(),
                inflicted,
                results.stream()
                        .flatMap(each -> each.load().logs().stream())
                        .mapToInt(each -> each.entries().size())
                        .sum(),
                results.stream().mapToInt(each -> each.load().acknowledged()).sum(),
                results.stream().mapToInt(each -> each.load().refused()).sum(),
                results.stream().mapToInt(each -> each.load().received()).sum(),
                results.stream().mapToInt(Round.Result::deleted).sum(),
                results.stream().mapToInt(Round.Result::started).sum(),
                results.stream().mapToLong(Round.Result::readyMs).max().orElse(0));
        assertThat(failures).isEmpty();
    }

    private Fault draw() {
        List<Fault> faults =
                DRAWN.stream().filter(each -> each.canHappen(IS_IN_KAFKA)).toList();
        Fault drawn = faults.get(random.nextInt(faults.size()));
        // One that takes more than a minute is rare.
        boolean isAgain = drawn == Fault.NODE_STOPPED_FOR_LONG && faults.size() > 1 && random.nextInt(4) > 0;
        return isAgain ? draw() : drawn;
    }

    private void round(ChaosCluster cluster, HttpClient http, int number, Fault fault) throws Exception {
        long beganNs = System.nanoTime();
        inflicted.merge(fault, 1, Integer::sum);
        System.out.printf("round %d: %s%n", number, fault);
        try {
            Round.Result result = new Round(cluster, http, number, random).run(List.of(fault));
            results.add(result);
            System.out.printf(
                    "round %d: %s, %d s, %d acknowledged, the longest after %d ms, %d deleted, ready after %d ms%n",
                    number,
                    fault,
                    (System.nanoTime() - beganNs) / 1_000_000_000,
                    result.load().acknowledged(),
                    result.load().longestMs(),
                    result.deleted(),
                    result.readyMs());
        } catch (AssertionError failed) {
            String failure = "round %d, %s, -Dsluice.seed=%d: %s%s"
                    .formatted(number, fault, seed, failed.getMessage(), cluster.statuses());
            System.out.println(failure);
            failures.add(failure);
            cluster.nodeHistory().forget();
            Fault.heal(cluster);
        }
    }
}
