package dev.sluice.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.LoggedLines;
import dev.sluice.core.cursor.Cursor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/// A leader that is stopped first hands leadership over.
@Isolated("Reads a logger, which other tests' nodes have, too")
@Tag("long") // Seconds.
final class HandOverTest {
    private static final String LOGGER = "dev.sluice.cluster.raft.RaftMembers";

    @TempDir
    Path folder;

    @AutoClose
    private final LoggedLines logged = new LoggedLines(LOGGER);

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
            assertThat(logged.lines("leadership handed over")).hasSize(1);
            int next = cluster.leader();
            ends.set(true);
            publisher.join();
            assertThat(logged.lines()).contains("leadership handed over, node=" + cluster.idOf(next));
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
            try (var now = new LoggedLines(LOGGER)) {
                cluster.stop(leader);
                assertThat(now.lines())
                        .singleElement()
                        .asString()
                        .startsWith("leadership handed over")
                        .doesNotContain(id);
            }
        }
    }
}
