package dev.sluice.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cluster.folder.NodeFile;
import dev.sluice.core.replication.MemoryNode;
import dev.sluice.core.replication.ReplicatedLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The stages of a node, as its folder has them.
final class MembershipTest {
    @TempDir
    Path folder;

    private static ReplicatedLog log() {
        return MemoryNode.log(
                new ReplicatedLog.Identity(1, 1), MemoryNode.NOWHERE, InstantSource.system(), Duration.ofSeconds(1));
    }

    private Membership member() throws IOException {
        var membership = new Membership(folder, InstantSource.system());
        membership.keep(new NodeFile(1, UUID.randomUUID(), NodeFile.Stage.MEMBER));
        return membership;
    }

    /// Events follow in the same folder.
    @Test
    void createsAFolderThatOnlyItsOwnerMayRead() throws IOException {
        Path data = folder.resolve("data");
        new Membership(data, InstantSource.system()).keep(new NodeFile(1, UUID.randomUUID(), NodeFile.Stage.COPYING));
        assertThat(Files.getPosixFilePermissions(data)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
        assertThat(Files.getPosixFilePermissions(data.resolve("node")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void opensTheLogAgainOnceTheFileHasItsStage() throws IOException {
        ReplicatedLog log = log();
        member().stopToRejoin(log, "Entries are missing.", true);
        assertThat(log.isReplacedWhenOpened()).isTrue();
        assertThat(NodeFile.read(folder).stage()).isEqualTo(NodeFile.Stage.REJOINING);
    }

    /// Opened again as the same member, it would vote although it has forgotten what it acknowledged.
    @Test
    void doesNotOpenTheLogAgainIfTheFileCannotBeWritten() throws IOException {
        ReplicatedLog log = log();
        Membership membership = member();
        Files.createDirectory(folder.resolve("node.next"));
        membership.stopToRejoin(log, "Entries are missing.", true);
        assertThat(log.isReplacedWhenOpened()).isFalse();
        assertThat(log.failure()).startsWith("Entries are missing.").contains("its file 'node' can't be written");
        assertThat(NodeFile.read(folder).stage()).isEqualTo(NodeFile.Stage.MEMBER);
    }
}
