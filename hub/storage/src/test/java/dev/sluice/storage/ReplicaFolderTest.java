package dev.sluice.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventType;
import dev.sluice.core.log.ChannelScan;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Contents;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.RetentionRules;
import dev.sluice.core.log.TestLog;
import dev.sluice.core.replication.Order;
import dev.sluice.core.replication.ReplicatedLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The folder of a node, into which a copy of another node's log is put.
final class ReplicaFolderTest {
    private static final ChannelName CHANNEL = new ChannelName("news");
    private static final String DATABASE = "db";
    private static final String SALVAGED = "db.salvaged";
    private static final String ASIDE = "db.replaced";

    @TempDir
    Path folder;

    private static RocksLogBuilder log(Path folder) {
        return RocksLog.builder(folder)
                .retention(new RetentionRules(List.of(), Retention.ALL))
                .reserveBytes(0);
    }

    /// A log with one event.
    private Path make(String name, String data) {
        Path made = folder.resolve(name);
        try (RocksLog log = log(made).open()) {
            TestLog.get(log.append(
                    new Publication(Draft.event(CHANNEL, EventType.MESSAGE, Contents.text(data)), Conditions.NONE)));
        }
        return made;
    }

    private static List<String> events(Path folder) {
        List<String> events = new ArrayList<>();
        try (RocksLog log = log(folder).open()) {
            ChannelScan.read(log, CHANNEL, Filter.NONE, event -> events.add(Contents.data(event)));
        }
        return events;
    }

    /// Puts a copy into the folder of a node, and expects it there and nothing of what was before.
    private void requireReplaced(Path node) throws IOException {
        log(node).replica().replaceBy(make("copy for " + node.getFileName(), "the copy"));
        assertThat(events(node)).containsExactly("the copy");
        assertThat(node.resolve(SALVAGED)).doesNotExist();
        assertThat(node.resolve(ASIDE)).doesNotExist();
    }

    private void move(String log, Path node, String name) throws IOException {
        Files.move(make(log, log).resolve(DATABASE), node.resolve(name));
    }

    @Test
    void installsACopyAfterOneWasInterruptedAtAnyStep() throws IOException {
        requireReplaced(make("before a copy", "old"));
        Path inPlace = make("with a copy beside", "old");
        move("copy beside", inPlace, SALVAGED);
        requireReplaced(inPlace);
        Path aside = make("with what was there aside", "old");
        Files.move(aside.resolve(DATABASE), aside.resolve(ASIDE));
        move("copy to be moved", aside, SALVAGED);
        requireReplaced(aside);
        Path replaced = make("with a copy that replaced it", "old");
        Files.move(replaced.resolve(DATABASE), replaced.resolve(ASIDE));
        move("copy in place", replaced, DATABASE);
        requireReplaced(replaced);
    }

    /// The first publish of a cluster drops all that exceeds its limits.
    @Test
    void aClusterMayKeepAllThatItBeginsWithHoweverFullTheDiskIs() {
        Path founder = folder.resolve("founder");
        long kept;
        try (RocksLog log = log(founder).freeBytes(() -> 1L << 30).open()) {
            for (int i = 0; i < 64; i++) LogFixture.publish(log, "news", i + "x".repeat(64 << 10));
            log.maintain();
            kept = log.status().dataBytes();
        }
        ReplicaFolder node = log(founder).freeBytes(() -> 1L << 20).replica();
        node.found();
        Order order = new Order() {
            @Override
            public void propose(byte[] proposal) {}

            @Override
            public boolean isLeader() {
                return false;
            }
        };
        var identity = new ReplicatedLog.Identity(1, 1);
        try (ReplicatedLog log = node.open(identity, order, InstantSource.system(), Duration.ofSeconds(60))) {
            assertThat(log.status().entries()).isEqualTo(64);
            assertThat(log.status().limits().bytesMax()).isGreaterThanOrEqualTo(kept);
        }
    }

    @Test
    void installsACopyWhereThereWasNoLog() throws IOException {
        requireReplaced(Files.createDirectory(folder.resolve("empty")));
        Path withoutFormat = make("without FORMAT", "old");
        Files.delete(withoutFormat.resolve("FORMAT"));
        requireReplaced(withoutFormat);
    }
}
