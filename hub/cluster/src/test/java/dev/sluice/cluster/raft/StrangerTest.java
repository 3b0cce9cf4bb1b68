package dev.sluice.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.cluster.order.Placement;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventType;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Contents;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.TestLog;
import dev.sluice.core.replication.MemoryNode;
import dev.sluice.core.replication.Order;
import dev.sluice.core.replication.ReplicatedLog;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.retry.RetryPolicies;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.io.grpc.ManagedChannel;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyChannelBuilder;
import org.apache.ratis.util.ProtoUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Programs that are not nodes and reach Raft's port without TLS, and unreadable proposals.
@Timeout(180)
final class StrangerTest {
    private static final byte[] NONSENSE = {(byte) 0xde, (byte) 0xad, (byte) 0xbe, (byte) 0xef};

    @TempDir
    Path folder;

    private final List<ReplicatedLog> logs = new ArrayList<>();
    private TestNodes nodes;
    private int incarnation;

    private Order.Listener log(int node) {
        var log = log(
                new ReplicatedLog.Identity(node, incarnation),
                proposal -> nodes.order(node).propose(proposal));
        logs.add(log);
        return new Order.Listener() {
            @Override
            public void placed(Order.Position at, long stampMs, byte[] proposal) {
                Placement.hand(log, at, stampMs, proposal);
            }

            @Override
            public void leaderChanged() {
                log.leaderChanged();
            }
        };
    }

    private interface Proposing {
        void propose(byte[] proposal);
    }

    private static ReplicatedLog log(ReplicatedLog.Identity identity, Proposing proposing) {
        Order order = new Order() {
            @Override
            public void propose(byte[] proposal) {
                proposing.propose(proposal);
            }

            @Override
            public boolean isLeader() {
                return false;
            }
        };
        return MemoryNode.log(identity, order, InstantSource.system(), Duration.ofMinutes(2));
    }

    private void publish(int node) {
        var draft = Draft.event(new ChannelName("news"), EventType.MESSAGE, Contents.text("x"));
        assertThat(TestLog.get(logs.get(node).append(new Publication(draft, Conditions.NONE))))
                .isInstanceOf(AppendResult.Placed.class);
    }

    private void start() throws Exception {
        incarnation++;
        logs.clear();
        if (nodes == null) nodes = TestNodes.start(folder, 3, this::log);
        else nodes.start(this::log);
    }

    /// A client of the cluster's group, whose id it should not know.
    private RaftClient client() {
        List<RaftPeer> peers = nodes.members.stream()
                .map(each -> RaftPeer.newBuilder()
                        .setId(RaftPeers.id(each))
                        .setAddress(each.address().toString())
                        .build())
                .toList();
        return RaftClient.newBuilder()
                .setProperties(new RaftProperties())
                .setRaftGroup(RaftGroup.valueOf(RaftGroupId.valueOf(nodes.group), peers))
                .setRetryPolicy(RetryPolicies.noRetry())
                .build();
    }

    @Test
    void aStrangersProposalIsRefusedAndEndsNoNodeEvenIfPlaced() throws Exception {
        start();
        try {
            publish(0);
            try (RaftClient client = client()) {
                assertThatThrownBy(() -> client.io().send(Message.valueOf(ByteString.copyFrom(NONSENSE))))
                        .hasStackTraceContaining(NodesOnly.REFUSAL);
                var self = RaftPeers.id(nodes.members.getFirst());
                assertThatThrownBy(() -> client.getGroupManagementApi(self).list())
                        .hasStackTraceContaining(NodesOnly.REFUSAL);
                assertThatThrownBy(() -> client.admin().transferLeadership(self, 1_000))
                        .hasStackTraceContaining(NodesOnly.REFUSAL);
            }
            publish(1);
            assertThat(logs).extracting(ReplicatedLog::unreadable).containsOnlyNulls();

            nodes.order(0).propose(NONSENSE); // Like a node of another version.
            while (logs.get(2).unreadable() == null) publish(0);
            publish(1);
            publish(2);
            nodes.close();
            start();
            for (int node = 0; node < 3; node++) publish(node);
            assertThat(logs).extracting(ReplicatedLog::failure).containsOnlyNulls();
            assertThat(logs).allSatisfy(each -> assertThat(each.unreadable()).isNotNull());
        } finally {
            nodes.close();
        }
    }

    @Test
    void aStrangerThatDoesNotNameTheClustersIdIsNoLeaderAndNoCandidate() throws Exception {
        start();
        ManagedChannel channel = NettyChannelBuilder.forTarget(
                        nodes.members.getFirst().address().toString())
                .usePlaintext()
                .build();
        try {
            publish(0);
            long term = nodes.order(0).status().term();
            var another = RaftRpcRequestProto.newBuilder()
                    .setRequestorId(RaftPeers.id(nodes.members.get(1)).toByteString())
                    .setReplyId(RaftPeers.id(nodes.members.get(0)).toByteString())
                    .setRaftGroupId(ProtoUtils.toRaftGroupIdProtoBuilder(RaftGroupId.randomId()))
                    .build();
            var vote = RequestVoteRequestProto.newBuilder()
                    .setServerRequest(another)
                    .setCandidateTerm(term + 100)
                    .setCandidateLastEntry(
                            TermIndex.valueOf(term + 99, 1_000_000).toProto())
                    .build();
            var stub = RaftServerProtocolServiceGrpc.newBlockingStub(channel);
            assertThatThrownBy(() -> stub.requestVote(vote))
                    .hasStackTraceContaining(NodesOnly.REFUSAL)
                    .hasMessageNotContaining(nodes.group.toString());
            publish(0);
            assertThat(nodes.order(0).status().term()).isEqualTo(term);
        } finally {
            channel.shutdownNow();
            nodes.close();
        }
    }
}
