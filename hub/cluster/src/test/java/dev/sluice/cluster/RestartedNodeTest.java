package dev.sluice.cluster;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.log.Log;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RestartedNodeTest {
    private static final int PROCESSES = 5;

    @TempDir
    Path folder;

    /// The Raft log keeps 32 MiB in reserve, of what a process places; here, each places less.
    @Test
    void purgesWhatEarlierProcessesLeftInItsRaftLog() throws Exception {
        try (var cluster = new TestCluster(folder, 1)) {
            for (int process = 0; process < PROCESSES; process++) {
                cluster.start(0);
                awaitOrder(cluster.node(0));
                for (int i = 0; i < 28; i++) TestCluster.publish(cluster.node(0), "x".repeat(1 << 20));
                if (process < PROCESSES - 1) cluster.stop(0);
            }
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (hasFirstEntry(cluster.folderOf(0))) {
                assertThat(System.nanoTime())
                        .as("the first entry is still there")
                        .isLessThan(end);
                TestCluster.publish(cluster.node(0), "x");
            }
        }
    }

    /// Waits until the node carries out commands. It first applies its Raft log again, and on a busy machine that takes
    /// longer than a publish may wait for a leader.
    private static void awaitOrder(Log log) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            try {
                log.delete(new ChannelName("none")).toCompletableFuture().get(60, TimeUnit.SECONDS);
                return;
            } catch (ExecutionException refused) {
                if (System.nanoTime() > end) throw refused;
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
    }

    private static boolean hasFirstEntry(Path node) throws IOException {
        try (Stream<Path> groups = Files.list(node.resolve("raft"))) {
            return groups.flatMap(each -> Stream.of(
                            requireNonNull(each.resolve("current").toFile().list())))
                    .anyMatch(name -> name.matches("log_(inprogress_)?0(-.*)?"));
        }
    }
}
