package dev.sluice.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cluster.order.Leader;
import dev.sluice.cluster.order.StateMachine;
import dev.sluice.cluster.order.Voters;
import dev.sluice.cluster.peers.FollowerProgress;
import dev.sluice.cluster.peers.Member;
import dev.sluice.cluster.peers.NodeClient;
import dev.sluice.cluster.peers.NodeServer;
import dev.sluice.cluster.peers.NodeStatus;
import dev.sluice.cluster.peers.TestNode;
import dev.sluice.core.Ports;
import dev.sluice.core.cluster.NodeAddress;
import dev.sluice.core.replication.Order;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The message of a node that gets no entries, and whether it may rejoin by itself.
final class CatchUpCheckTest {
    private final NodeClient client = TestNode.client();
    private final List<NodeServer> servers = new ArrayList<>();
    private final End end = new End();
    private FollowerProgress known = new FollowerProgress(0, 0);

    @AfterEach
    void close() {
        servers.forEach(NodeServer::close);
        client.close();
    }

    /// The address of another node.
    private String node(@Nullable String problem) throws IOException {
        var address = new NodeAddress("127.0.0.1", Ports.free());
        servers.add(NodeServer.start(address, TestNode.TOKEN, null, new TestNode() {
            @Override
            public FollowerProgress follower(String follower) {
                return known;
            }

            @Override
            public NodeStatus status() {
                var state = NodeStatus.State.MEMBER;
                return new NodeStatus(
                        address.toString(), state, true, "1", "c", null, "leader", 1, 1, 1, List.of(), problem, null);
            }
        }));
        return Member.requestAddress(address);
    }

    /// Checks until the node has ended.
    ///
    /// @param lastIndex the last index of this node's Raft log
    private void look(long lastIndex, String leader, String... others) throws InterruptedException {
        Set<String> all = List.of(others).stream().collect(Collectors.toSet());
        all.add(leader);
        var check = new CatchUpCheck(
                "2", () -> new Leader.Other(leader), () -> lastIndex + 1, () -> new Voters(all, true), client, end);
        for (int looks = 0; looks < 100; looks++) if (check.look()) return;
    }

    @Test
    void aNodeThatLacksAcknowledgedEntriesReportsThemAndRecoversFromAMajority() throws Exception {
        known = new FollowerProgress(200, 200);
        String leader = node(null);
        look(110, leader, node(null));
        assertThat(end.seen).contains(leader, "up to 200", "ends with 110").doesNotContain("check");
        assertThat(end.isMajorityLeft).isTrue();
        assertThat(end.ended).isNull();
    }

    @Test
    void waitsForAnOperatorWithoutAHealthyMajority() throws Exception {
        known = new FollowerProgress(200, 200);
        look(110, node(null), node("its disk is full"));
        assertThat(end.seen).isNotNull();
        assertThat(end.isMajorityLeft).isFalse();
    }

    @Test
    void aNodeThatReceivesNothingAndLacksNothingIsRestarted() throws Exception {
        known = new FollowerProgress(110, 150);
        look(110, node(null), node(null));
        assertThat(end.ended).contains("up to 150", "ended with 110", "start it again");
        assertThat(end.seen).isNull();
    }

    @Test
    void ignoresANodeThatHasEverything() throws Exception {
        known = new FollowerProgress(110, 110);
        look(110, node(null), node(null));
        assertThat(end.ended).isNull();
        assertThat(end.seen).isNull();
    }

    private static final class End implements StateMachine {
        private @Nullable String seen;
        private boolean isMajorityLeft;
        private @Nullable String ended;

        @Override
        public void lacksAcknowledged(String what, boolean isLeft) {
            seen = what;
            isMajorityLeft = isLeft;
        }

        @Override
        public void orderEnded(String reason) {
            ended = reason;
        }

        @Override
        public void placed(Order.Position at, long stampMs, byte[] proposal) {}

        @Override
        public void leaderChanged() {}

        @Override
        public Order.Position saved() {
            return Order.Position.NONE;
        }

        @Override
        public @Nullable String failure() {
            return ended;
        }

        @Override
        public void save() {}

        @Override
        public Set<Long> nodesWithLease() {
            return Set.of();
        }

        @Override
        public void needsCopy() {}
    }
}
