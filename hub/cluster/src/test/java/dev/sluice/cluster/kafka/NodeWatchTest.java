package dev.sluice.cluster.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cluster.order.Leader;
import dev.sluice.cluster.peers.Member;
import dev.sluice.cluster.peers.NodePeers;
import dev.sluice.cluster.peers.NodeServer;
import dev.sluice.cluster.peers.NodeStatus;
import dev.sluice.cluster.peers.TestNode;
import dev.sluice.core.Ports;
import dev.sluice.core.access.Principal;
import dev.sluice.core.cluster.ClusterSettings;
import dev.sluice.core.cluster.NodeAddress;
import dev.sluice.core.peers.Peers.Delivery;
import dev.sluice.core.peers.SessionMessages;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The members and the leader of a cluster without elections.
final class NodeWatchTest {
    private static final String CLUSTER = "00000000-0000-0000-0000-000000000001";

    private final Member self = new Member(5, new NodeAddress("127.0.0.1", Ports.free()), true);
    private final Map<Long, NodeStatus> statuses = new ConcurrentHashMap<>();
    private final List<Member> introduced = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> closers = new ArrayList<>();
    private final AtomicLong nowNs = new AtomicLong(System.nanoTime());
    private String problem;

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : closers) each.close();
    }

    /// Starts another node.
    private Member node(long id) throws Exception {
        Member node = new Member(id, new NodeAddress("127.0.0.1", Ports.free()), true);
        say(node, NodeStatus.State.MEMBER, null, List.of(node, self));
        closers.add(NodeServer.start(node.address(), TestNode.TOKEN, null, new TestNode() {
            @Override
            public NodeStatus status() {
                return statuses.get(id);
            }

            @Override
            public void add(Member member) {
                introduced.add(member);
            }
        }));
        return node;
    }

    private void say(Member node, NodeStatus.State state, String trouble, List<Member> members) {
        statuses.put(
                node.id(),
                new NodeStatus(
                        node.address().toString(),
                        state,
                        true,
                        "%016x".formatted(node.id()),
                        CLUSTER,
                        null,
                        "follower",
                        0,
                        0,
                        0,
                        members,
                        trouble,
                        null));
    }

    private NodeWatch watch(Member... configured) {
        List<NodeAddress> addresses = new ArrayList<>(List.of(self.address()));
        for (Member each : configured) addresses.add(each.address());
        var settings = new ClusterSettings(
                self.address(), addresses, true, TestNode.TOKEN, null, Duration.ofSeconds(60), null);
        var client = TestNode.client();
        var watch = new NodeWatch(self, CLUSTER, settings, client, () -> problem, Duration.ofMinutes(1), nowNs::get);
        closers.add(client);
        closers.add(watch);
        return watch;
    }

    private void pass(Duration time) {
        nowNs.addAndGet(time.toNanos());
    }

    @Test
    void theLowestHealthyNodeThatAnswersLeads() throws Exception {
        Member lower = node(2);
        Member lowest = node(1);
        NodeWatch watch = watch(lower, lowest, node(9));
        assertThat(watch.leader()).isEqualTo(Leader.SELF); // No node was asked yet.
        watch.look();
        assertThat(watch.leader()).isEqualTo(new Leader.Other(Member.requestAddress(lowest.address())));
        say(lowest, NodeStatus.State.MEMBER, "it is behind", List.of(lowest, self));
        watch.look();
        assertThat(watch.leader()).isEqualTo(new Leader.Other(Member.requestAddress(lower.address())));
        say(lower, NodeStatus.State.JOINING, null, List.of());
        watch.look();
        assertThat(watch.leader()).isEqualTo(Leader.SELF);
        problem = "no broker answers";
        assertThat(watch.leader()).isInstanceOf(Leader.Other.class); // Node 9.
        pass(Duration.ofSeconds(6));
        assertThat(watch.leader()).isEqualTo(Leader.NONE); // None has answered of late.
    }

    @Test
    void electsNoLeaderIfNoNodeIsHealthy() throws Exception {
        Member other = node(1);
        say(other, NodeStatus.State.MEMBER, "no broker answers", List.of(other, self));
        problem = "no broker answers";
        NodeWatch watch = watch(other);
        watch.look();
        assertThat(watch.leader()).isEqualTo(Leader.NONE);
    }

    @Test
    void nodesLearnOfEachOther() throws Exception {
        Member known = node(1);
        Member unknown = node(2);
        say(known, NodeStatus.State.MEMBER, null, List.of(known, unknown));
        NodeWatch watch = watch(known);
        watch.look();
        assertThat(introduced).containsExactly(self);
        assertThat(watch.members()).containsExactlyInAnyOrder(self, known);
        watch.look();
        assertThat(watch.members()).containsExactlyInAnyOrder(self, known, unknown);
        assertThat(watch.voters().others())
                .containsExactlyInAnyOrder(
                        Member.requestAddress(known.address()), Member.requestAddress(unknown.address()));
    }

    @Test
    void aSessionOfANodeThatHasNotAnsweredYetIsNotGone() throws Exception {
        NodeWatch watch = watch(node(1));
        try (var client = TestNode.client()) {
            var peers = new NodePeers(self, watch::members, watch::knowsAll, client);
            var messages = new SessionMessages("a session", Principal.ANONYMOUS, null, new byte[1]);
            assertThat(peers.send("7", messages)).isCompletedWithValue(Delivery.UNKNOWN);
            watch.look();
            assertThat(peers.send("7", messages)).isCompletedWithValue(Delivery.GONE);
        }
    }

    @Test
    void aNodeOfAnotherClusterIsNoMember() throws Exception {
        Member other = node(1);
        statuses.computeIfPresent(
                1L,
                (_, status) -> new NodeStatus(
                        status.address(),
                        status.state(),
                        true,
                        status.id(),
                        CLUSTER.replace('1', '2'),
                        null,
                        "leader",
                        0,
                        0,
                        0,
                        List.of(),
                        null,
                        null));
        NodeWatch watch = watch(other);
        watch.look();
        assertThat(watch.members()).containsExactly(self);
        assertThat(watch.leader()).isEqualTo(Leader.SELF);
    }

    @Test
    void nodesThatAnswerAreNotLost() throws Exception {
        Member other = node(1);
        NodeWatch watch = watch(other);
        watch.look();
        assertThat(watch.lost(Set.of(1L, self.id(), 7L))).isEmpty();
        pass(Duration.ofSeconds(11));
        assertThat(watch.lost(Set.of(1L, self.id(), 7L))).containsExactlyInAnyOrder(1L, 7L);
    }
}
