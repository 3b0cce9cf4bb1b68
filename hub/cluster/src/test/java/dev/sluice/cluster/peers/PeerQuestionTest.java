package dev.sluice.cluster.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.Ports;
import dev.sluice.core.cluster.NodeAddress;
import dev.sluice.core.peers.NodeFigures;
import dev.sluice.core.peers.PeerReport;
import dev.sluice.core.peers.ReplicationStatus.Role;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Asks all nodes of a cluster for their status.
final class PeerQuestionTest {
    private static final NodeFigures FIGURES = new NodeFigures(5, 10, 300, 4, 3, 1);

    /// A node that only answers requests for its status.
    private static final class Describing extends TestNode {
        private final NodeStatus status;

        Describing(NodeStatus status) {
            this.status = status;
        }

        @Override
        public NodeStatus status() {
            return status;
        }
    }

    private static Member member(int id) throws IOException {
        return new Member(id, new NodeAddress("127.0.0.1", Ports.free()), true);
    }

    private static NodeServer serve(Member member, String role, long applied, List<Member> all) throws IOException {
        NodeStatus status = new NodeStatus(
                member.address().toString(),
                NodeStatus.State.MEMBER,
                true,
                member.hexId(),
                "the cluster",
                null,
                role,
                2,
                100,
                applied,
                all,
                null,
                FIGURES);
        return NodeServer.start(member.address(), TestNode.TOKEN, null, new Describing(status));
    }

    @Test
    void namesNodesThatAreDownOrSilentBesideThoseThatAnswer() throws Exception {
        Member leader = member(1);
        Member follower = member(2);
        Member gone = member(3);
        Member silent = member(4);
        List<Member> all = List.of(leader, follower, gone, silent);
        try (NodeServer _ = serve(leader, "leader", 100, all);
                NodeServer _ = serve(follower, "follower", 90, all);
                var client = new NodeClient(TestNode.TOKEN, null, Duration.ofSeconds(10));
                // Takes connections, and never answers.
                var _ = new ServerSocket(silent.address().requestPort(), 10, InetAddress.getLoopbackAddress())) {
            var peers = new NodePeers(leader, () -> all, () -> true, client);
            List<PeerReport> reports = peers.reports().toCompletableFuture().get(60, TimeUnit.SECONDS);
            assertThat(reports)
                    .extracting(PeerReport::address)
                    .containsExactlyElementsOf(all.stream()
                            .map(each -> each.address().toString())
                            .sorted()
                            .toList());
            assertThat(reports)
                    .filteredOn(each -> each.role() == Role.LEADER)
                    .singleElement()
                    .satisfies(each -> {
                        assertThat(each.id()).isEqualTo(peers.self());
                        assertThat(each.figures()).isEqualTo(FIGURES);
                        assertThat(each.lag()).isZero();
                    });
            assertThat(reports)
                    .filteredOn(each -> each.role() == Role.FOLLOWER)
                    .singleElement()
                    .satisfies(each -> assertThat(each.lag()).isEqualTo(10));
            assertThat(reports)
                    .filteredOn(each -> each.role() == null)
                    .hasSize(2)
                    .allSatisfy(each -> {
                        assertThat(each.problem()).isNotBlank();
                        assertThat(each.figures()).isNull();
                        assertThat(each.lag()).isEqualTo(-1);
                    });
        }
    }

    @Test
    void takesARoleOfAnotherVersionForNone() throws Exception {
        Member later = member(1);
        try (NodeServer _ = serve(later, "witness", 100, List.of(later));
                var client = TestNode.client()) {
            var peers = new NodePeers(later, () -> List.of(later), () -> true, client);
            assertThat(peers.reports().toCompletableFuture().get(60, TimeUnit.SECONDS))
                    .singleElement()
                    .satisfies(each -> assertThat(each.role()).isNull());
        }
    }

    @Test
    void includesTheFiguresOfThisNodeOnceItServes() throws Exception {
        try (var client = TestNode.client()) {
            var peers = new NodePeers(member(1), List::of, () -> true, client);
            assertThat(peers.figures()).isNull();
            peers.describe(() -> FIGURES);
            assertThat(peers.figures()).isEqualTo(FIGURES);
            assertThat(peers.reports().toCompletableFuture().get(60, TimeUnit.SECONDS))
                    .isEmpty();
        }
    }
}
