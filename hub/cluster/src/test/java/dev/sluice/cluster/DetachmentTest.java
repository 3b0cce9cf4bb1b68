package dev.sluice.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.cluster.folder.Folders;
import dev.sluice.core.cluster.ClusterRejectedException;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.ResolvedCursor;
import dev.sluice.core.log.TestLog;
import dev.sluice.storage.folder.CannotOpenException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Turns folders of nodes into folders of single hubs.
final class DetachmentTest {
    @TempDir
    Path folder;

    @Test
    void theFolderOfTheOnlyVoterBecomesAHubWithAllEvents() throws Exception {
        try (var cluster = new TestCluster(folder, 1)) {
            cluster.start(0);
            Cursor first = TestCluster.publish(cluster.node(0), "in the cluster");
            Cursor last = TestCluster.publish(cluster.node(0), "and saved by nobody");
            assertThatThrownBy(() -> cluster.detach(0, false)).isInstanceOf(CannotOpenException.class); // It runs.
            Path killed = folder.resolve("node-1"); // In the state that a kill of the process would leave now.
            NodeFolders.copy(cluster.folderOf(0), killed);
            cluster.detach(1, false);
            assertThat(killed.resolve("node")).doesNotExist();
            assertThat(killed.resolve("raft")).doesNotExist();
            try (Log alone = cluster.log(1).open()) {
                assertThat(TestCluster.eventsUpTo(alone, last))
                        .containsExactly("in the cluster", "and saved by nobody");
                assertThat(TestCluster.eventsUpTo(alone, first)).hasSize(2); // The cursors of readers stay valid.
                assertThat(TestCluster.publish(alone, "alone").epoch()).isNotEqualTo(last.epoch());
            }
            assertThatThrownBy(() -> cluster.detach(1, false))
                    .isInstanceOf(ClusterRejectedException.class)
                    .hasMessageContaining("that of a single hub");
        }
    }

    @Test
    @Tag("long") // Seconds.
    void anEntryTruncatedByACrashIsOmitted() throws Exception {
        try (var cluster = new TestCluster(folder, 1)) {
            cluster.start(0);
            Cursor last = TestCluster.publish(cluster.node(0), "whole");
            TestCluster.publish(cluster.node(0), "cut short");
            Path cut = folder.resolve("node-1");
            NodeFolders.copy(cluster.folderOf(0), cut);
            NodeFolders.cutAt("cut short", cut);
            cluster.detach(1, false);
            try (Log alone = cluster.log(1).open()) {
                assertThat(TestCluster.eventsUpTo(alone, last)).containsExactly("whole");
            }
        }
    }

    @Test
    @Tag("long") // Elections.
    void aNodeThatIsNotAloneIsRefusedUnlessForced() throws Exception {
        try (var cluster = new TestCluster(folder, 3)) {
            cluster.start(0, 1, 2);
            Cursor both = TestCluster.publish(cluster.node(0), "all have it");
            for (int node : List.of(1, 2)) TestCluster.eventsUpTo(cluster.node(node), both);
            cluster.stop(2);
            Cursor ahead = TestCluster.publish(cluster.node(0), "node 2 lacks it");
            cluster.stop(1);
            cluster.stop(0);
            assertThatThrownBy(() -> cluster.detach(2, false))
                    .isInstanceOf(ClusterRejectedException.class)
                    .hasMessageContaining("is not the only one that votes");
            assertThat(cluster.folderOf(2).resolve("raft")).exists();
            cluster.detach(2, true);
            cluster.addresses.removeAll(List.copyOf(cluster.addresses.subList(0, 2)));
            Files.move(cluster.folderOf(2), folder.resolve("recovered"));
            for (int node : List.of(0, 1)) Folders.remove(cluster.folderOf(node));
            Files.move(folder.resolve("recovered"), cluster.folderOf(0));
            cluster.start(0); // A cluster of one, with its list.
            assertThat(TestCluster.eventsUpTo(cluster.node(0), both)).containsExactly("all have it");
            assertThat(TestLog.get(cluster.node(0).resolve(ahead.text()))).isInstanceOf(ResolvedCursor.Lost.class);
            cluster.grow(2);
            cluster.start(1);
            Cursor last = TestCluster.publish(cluster.node(1), "two again");
            assertThat(TestCluster.eventsUpTo(cluster.node(0), last)).containsExactly("all have it", "two again");
        }
    }
}
