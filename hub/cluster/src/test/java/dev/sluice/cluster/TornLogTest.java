package dev.sluice.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cluster.folder.Folders;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.log.Log;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A node whose Raft log has lost entries at its end that the node had acknowledged.
@Tag("long") // Elections.
final class TornLogTest {
    @TempDir
    Path folder;

    @Test
    void endsOnAFollowerWhileTheLeaderContinues() throws Exception {
        try (var cluster = new TestCluster(folder.resolve("cluster"), 3)) {
            cluster.start(0, 1, 2);
            List<String> published = new ArrayList<>();
            Cursor last = null;
            for (int i = 0; i < 300; i++) {
                published.add("event " + i + ".");
                last = TestCluster.publish(cluster.node(0), published.getLast());
            }
            int leader = cluster.leader();
            int torn = (leader + 1) % 3;
            TestCluster.eventsUpTo(cluster.node(torn), last);
            Path killed = folder.resolve("killed"); // In the state that a kill of the process would leave now.
            NodeFolders.copy(cluster.folderOf(torn), killed);
            cluster.stop(torn);
            Folders.remove(cluster.folderOf(torn));
            NodeFolders.copy(killed, cluster.folderOf(torn));
            NodeFolders.cutAt("event 100.", cluster.folderOf(torn));
            for (int i = 300; i < 400; i++) {
                published.add("event " + i + ".");
                last = TestCluster.publish(cluster.node(leader), published.getLast());
            }
            cluster.start(torn);
            for (int i = 400; i < 500; i++) {
                published.add("event " + i + ".");
                last = TestCluster.publish(cluster.node(leader), published.getLast());
            }
            // Otherwise it received all entries again: from another leader, which does not remember what the
            // node acknowledged, or from one whose first request began right after that index, so that it
            // went back.
            if (failsBefore(cluster.node(torn), last)) {
                assertThat(cluster.node(torn).failure())
                        .contains("remembers that this node has acknowledged", "starts again with a copy");
                assertThat(cluster.node(torn).isReplacedWhenOpened()).isTrue();
                String former = cluster.idOf(torn);
                cluster.stop(torn);
                cluster.start(torn);
                assertThat(cluster.idOf(torn)).isNotEqualTo(former);
                assertThat(cluster.folderOf(torn).resolve("raft-set-aside")).isNotEmptyDirectory();
            }
            assertThat(TestCluster.eventsUpTo(cluster.node(torn), last)).isEqualTo(published);
            leader = cluster.leader();
            last = TestCluster.publish(cluster.node(torn), "by the node that was replaced");
            assertThat(TestCluster.eventsUpTo(cluster.node(leader), last)).hasSize(501);
        }
    }

    /// Waits until a node fails or has an event.
    private static boolean failsBefore(Log node, Cursor event) throws InterruptedException {
        for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120); System.nanoTime() < end; ) {
            if (node.failure() != null) return true;
            if (!node.head().isBefore(event)) return false;
            TimeUnit.MILLISECONDS.sleep(20);
        }
        throw new AssertionError("it stands still at " + node.head() + ", before " + event);
    }
}
