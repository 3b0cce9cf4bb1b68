package dev.sluice.app.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A hub alone becomes a cluster of one, three and five nodes, and is a hub alone again at the end, while
/// clients continue: each acknowledged event is there once, in order, on every node, and all ids and cursors
/// stay valid.
@Tag("long") // Minutes.
final class ClusterGrowthTest {
    private static final int LEADERS = 4;
    private static final Duration PAUSE = Duration.ofMillis(40);

    @TempDir
    Path folder;

    private final long seed = Long.getLong("sluice.seed", Long.getLong("sluice.seeds", System.nanoTime()));

    @Test
    void clientsNoticeNothingWhileAClusterGrowsAndShrinks() throws Exception {
        System.out.printf("-Dsluice.seed=%d%n", seed);
        try (var http = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build();
                var cluster = new GrowingCluster(folder)) {
            Load load = new Load(http, cluster::any, "growth", new Random(seed));
            load.start(PAUSE);
            mark(load, cluster, "alone");
            cluster.found();
            mark(load, cluster, "one-node");
            cluster.grow(1);
            cluster.grow(1);
            mark(load, cluster, "three");
            cluster.grow(2);
            mark(load, cluster, "five");
            cluster.remove(cluster.leader());
            mark(load, cluster, "four-without-the-leader");
            cluster.remove(cluster.follower());
            mark(load, cluster, "three-again");
            cluster.remove(cluster.leader());
            cluster.remove(cluster.leader());
            mark(load, cluster, "one-again");
            cluster.standAlone();
            mark(load, cluster, "alone-again");
            load.end();
            Load.Result result = load.check(cluster.urls());
            System.out.printf(
                    "-Dsluice.seed=%d: 0 violations; %d events in the logs, %d acknowledged one by one, %d refused by"
                            + " their condition, %d received, the longest acknowledgement after %d ms%n",
                    seed,
                    result.logs().stream()
                            .mapToInt(each -> each.entries().size())
                            .sum(),
                    result.acknowledged(),
                    result.refused(),
                    result.received(),
                    result.longestMs());
        }
    }

    @Test
    void clientsOfNodesThatDoNotVoteGoOnWhileLeadersAreKilled() throws Exception {
        System.out.printf("-Dsluice.seed=%d%n", seed);
        try (var http = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build();
                var cluster = new GrowingCluster(folder)) {
            cluster.found();
            cluster.grow(2);
            cluster.grow(2, false);
            Load load = new Load(http, cluster::anyListener, "front-ends", new Random(seed));
            load.start(PAUSE);
            mark(load, cluster, "begun");
            for (int i = 1; i <= LEADERS; i++) {
                GrowingCluster.Node leader = cluster.leader();
                assertThat(leader.votes()).isTrue();
                leader.process().kill();
                load.awaitMore(30, 5); // With the remaining majority, and two nodes that do not vote.
                leader.process().restart();
                mark(load, cluster, "killed-" + i);
            }
            load.end();
            load.check(cluster.urls());
        }
    }

    /// Lets clients continue for a while, and compares all nodes.
    private static void mark(Load load, GrowingCluster cluster, String name) throws InterruptedException {
        System.out.println(name + ": " + cluster.urls().size());
        try {
            load.awaitMore(30, 5);
            load.subscribeAfterNewest();
            load.mark(name, cluster.urls());
        } catch (AssertionError failed) {
            throw new AssertionError(failed.getMessage() + "\n" + cluster.status(), failed);
        }
    }
}
