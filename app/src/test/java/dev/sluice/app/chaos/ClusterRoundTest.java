package dev.sluice.app.chaos;

import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The round of faults that each run of all tests has. [ClusterChaosTest] has more of them, on odder machines.
@Order(1)
final class ClusterRoundTest {
    @TempDir
    Path folder;

    private final long seed = Long.getLong("sluice.seed", Long.getLong("sluice.seeds", System.nanoTime()));

    @Test
    void noClientFindsAViolationWhenTheLeaderIsKilledANodeIsPausedAndTheLeaderIsCutOff() throws Exception {
        survive(List.of(Fault.LEADER_KILLED, Fault.NODE_STOPPED, Fault.LEADER_CUT_OFF));
    }

    /// Raft ends on such a node; its process ends, and is started again.
    @Test
    @Tag("long")
    void noClientFindsAViolationWhenANodeIsPausedForMoreThanAMinute() throws Exception {
        survive(List.of(Fault.NODE_STOPPED_FOR_LONG));
    }

    private void survive(List<Fault> faults) throws Exception {
        try (var http = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build();
                var cluster = new ChaosCluster(folder, http, ChaosCluster.Setup.PLAIN)) {
            try {
                new Round(cluster, http, 0, new Random(seed)).run(faults);
            } catch (AssertionError failed) {
                throw new AssertionError(
                        "-Dsluice.seed=%d: %s%s".formatted(seed, failed.getMessage(), cluster.statuses()), failed);
            }
        }
    }
}
