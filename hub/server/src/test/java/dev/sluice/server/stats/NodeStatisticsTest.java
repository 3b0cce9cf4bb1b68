package dev.sluice.server.stats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.peers.NodeFigures;
import dev.sluice.core.peers.PeerReport;
import dev.sluice.core.peers.ReplicationStatus.Role;
import dev.sluice.server.Await;
import dev.sluice.server.RawClient;
import dev.sluice.server.TestServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The channel of the nodes of a cluster.
final class NodeStatisticsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ClusteredLog log = new ClusteredLog();
    private final TestServer server = TestServer.start(log);

    @AfterEach
    void close() {
        server.close();
        log.close();
    }

    private RawClient follow() {
        RawClient client = new RawClient(server).get("/channels/$stats/nodes?as=ndjson&snapshot=true");
        client.until("\r\n\r\n");
        return client;
    }

    /// Lets time pass until the nodes have been asked so often.
    ///
    /// @return the seconds that have passed
    private int awaitQuestions(int count) {
        var steps = new AtomicInteger();
        // Small ones: what nobody is known to read is recorded for fifteen seconds only, however busy this machine is.
        Await.that(() -> {
            if (log.questions() >= count) return true;
            server.pass(SECOND.dividedBy(10));
            steps.incrementAndGet();
            return false;
        });
        return steps.get() / 10;
    }

    @Test
    void haveEachNodeAndTheReasonWhereOneDoesNotAnswer() {
        try (RawClient reader = follow()) {
            awaitQuestions(2);
            assertThat(reader.until("does not answer\""))
                    .contains("\"self\":\"10.0.0.1:9420\"")
                    .contains("\"10.0.0.2:9420\":{\"id\":\"00000000000000a2\",\"role\":\"leader\",\"term\":7,"
                            + "\"commit\":4711,\"applied\":4711,\"figures\":{\"published\":41,\"delivered\":1200")
                    .contains("\"10.0.0.3:9420\":{\"id\":\"00000000000000a3\",\"lag\":null,\"problem\":\"it");
            log.answer(List.of(ClusteredLog.report(1, Role.LEADER, 0, null, new NodeFigures(0, 5, 9, 2, 2, 0))));
            awaitQuestions(log.questions() + 2);
            assertThat(reader.until("\"delivered\":5")).doesNotContain("10.0.0.3");
        }
    }

    @Test
    void areRequestedAgainAfterAQuestionThatFailed() {
        log.fail(1);
        try (RawClient reader = follow()) {
            awaitQuestions(3);
            reader.until("does not answer\"");
        }
    }

    @Test
    void areRequestedOnceASecondForAllReaders() {
        try (RawClient one = follow();
                RawClient two = follow()) {
            Await.that(() -> server.server().hub().readers().readers() == 2);
            assertThat(awaitQuestions(5)).as("seconds").isGreaterThanOrEqualTo(5);
            one.until("does not answer");
            two.until("does not answer");
        }
    }

    @Test
    void areNotRequestedWithoutReaders() {
        try (RawClient reader = new RawClient(server).get("/channels/$stats?as=ndjson&after=earliest")) {
            for (int i = 0; i < 5; i++) {
                server.publishAtOnce("news", 100 + i);
                server.pass(SECOND);
                reader.until("\"published\":" + (100 + i));
            }
        }
        assertThat(log.questions()).isZero();
    }

    @Test
    void areRequestedLessOftenFromManyNodes() {
        List<PeerReport> many = IntStream.rangeClosed(1, 60)
                .mapToObj(
                        each -> ClusteredLog.report(each, Role.FOLLOWER, 0, null, new NodeFigures(0, 0, 0, each, 0, 0)))
                .toList();
        log.answer(many);
        try (RawClient reader = follow()) {
            Await.that(() -> server.server().hub().readers().readers() == 1);
            assertThat(awaitQuestions(4)).as("seconds").isGreaterThanOrEqualTo(3 * 6);
            reader.until("10.0.0.60:9420");
        }
    }

    @Test
    void includeTheDeliveriesOfThisNodeForOthers() {
        try (RawClient reader = new RawClient(server).get("/channels/news?as=ndjson")) {
            reader.until("\r\n\r\n");
            server.publish("news", "goal");
            reader.until("goal");
            Await.that(() -> {
                server.pass(SECOND);
                return log.own().connections() > 0 && log.own().readers() == 1;
            });
        }
    }
}
