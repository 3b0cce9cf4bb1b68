package dev.sluice.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.cursor.Cursor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/// A leader that is stopped first hands leadership over.
@Isolated("Reads a logger, which other tests' nodes have, too")
@Tag("long") // Seconds.
final class HandOverTest {
    private static final Logger LOG = Logger.getLogger("dev.sluice.cluster.raft.RaftMembers");

    @TempDir
    Path folder;

    private final Queue<String> logged = new ConcurrentLinkedQueue<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            logged.add(line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        LOG.addHandler(handler);
    }

    @AfterEach
    void listenNoLonger() {
        LOG.removeHandler(handler);
    }

    @Test
    void aStoppedLeaderHandsOverWhilePublishesGoOnElsewhere() throws Exception {
        try (var cluster = new TestCluster(folder, 3)) {
            cluster.start(0, 1, 2);
            int leader = cluster.leader();
            int other = (leader + 1) % 3;
            long term = cluster.term();
            var ends = new AtomicBoolean();
            List<String> published = new ArrayList<>();
            List<Cursor> ids = new ArrayList<>();
            Thread publisher = Thread.ofVirtual().start(() -> {
                while (!ends.get() || published.isEmpty()) {
                    String data = "event " + published.size();
                    ids.add(TestCluster.publish(cluster.node(other), data));
                    published.add(data);
                }
            });
            cluster.stop(leader);
            // Logged while the former leader still led, so no node can have missed it and begun an election.
            assertThat(logged)
                    .filteredOn(line -> line.startsWith("leadership handed over"))
                    .hasSize(1);
            int next = cluster.leader();
            ends.set(true);
            publisher.join();
            assertThat(logged).contains("leadership handed over, node=" + cluster.idOf(next));
            assertThat(cluster.term()).isEqualTo(term + 1);
            assertThat(TestCluster.eventsUpTo(cluster.node(next), ids.getLast()))
                    .isEqualTo(published);
        }
    }

    @Test
    void aLeaderHandsOverToANodeThatAnswers() throws Exception {
        try (var cluster = new TestCluster(folder, 4);
                var operator = cluster.operator()) {
            cluster.start(0, 1, 2, 3);
            int leader = cluster.leader();
            int gone = leader == 0 ? 1 : 0; // The first of those that could lead.
            String id = cluster.idOf(gone);
            cluster.stop(gone);
            cluster.awaitRefusal(() -> operator.lead(id), "does not answer");
            logged.clear();
            cluster.stop(leader);
            assertThat(logged)
                    .singleElement()
                    .asString()
                    .startsWith("leadership handed over")
                    .doesNotContain(id);
        }
    }
}
