package dev.sluice.cluster;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RestartedNodeTest {
    @TempDir
    Path folder;

    /// The Raft log keeps 32 MiB in reserve; each process places less.
    @Test
    @Tag("long") // Seconds.
    void purgesWhatEarlierProcessesLeftInItsRaftLog() throws Exception {
        try (var cluster = new TestCluster(folder, 1)) {
            for (int process = 0; process < 3; process++) {
                cluster.start(0);
                for (int i = 0; i < 3; i++) TestCluster.publish(cluster.node(0), "x".repeat(8 << 20));
                if (process < 2) cluster.stop(0);
            }
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (hasFirstEntry(cluster.folderOf(0))) {
                assertThat(System.nanoTime())
                        .as("the first entry is still there")
                        .isLessThan(end);
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
