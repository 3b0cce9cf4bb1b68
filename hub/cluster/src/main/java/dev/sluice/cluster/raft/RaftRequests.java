package dev.sluice.cluster.raft;

import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.proto.RaftProtos.RaftGroupIdProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.SnapshotManagementRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;

/// Creates the requests of this node to its own Raft server. Methods may be called from any thread.
final class RaftRequests {
    /// A node that catches up handles requests to purge its log only afterwards.
    private static final int CUT_TIMEOUT_MS = 60_000;

    private final ClientId client = ClientId.randomId();
    private final AtomicLong calls = new AtomicLong();
    private final RaftPeerId self;
    private final RaftGroupId group;

    RaftRequests(RaftPeerId self, RaftGroupId group) {
        this.self = self;
        this.group = group;
    }

    /// Requests to place a proposal.
    RaftClientRequest write(byte[] proposal) {
        return RaftClientRequest.newBuilder()
                .setClientId(client)
                .setServerId(self)
                .setGroupId(group)
                .setCallId(calls.incrementAndGet())
                .setMessage(Message.valueOf(UnsafeByteOperations.unsafeWrap(proposal)))
                .setType(RaftClientRequest.writeRequestType())
                .build();
    }

    /// Requests to purge the Raft log up to the index that the state machine returns.
    SnapshotManagementRequest cut() {
        return SnapshotManagementRequest.newCreate(client, self, group, calls.incrementAndGet(), CUT_TIMEOUT_MS, 1);
    }

    SetConfigurationRequest configuration(SetConfigurationRequest.Arguments arguments) {
        return new SetConfigurationRequest(client, self, group, calls.incrementAndGet(), arguments);
    }

    /// Requests votes for a node, in the form in which a leader asks the node to which it hands over.
    ///
    /// @param last the last entry of this node's log
    StartLeaderElectionRequestProto election(RaftPeerId leader, RaftPeerId node, TermIndex last) {
        var header = RaftRpcRequestProto.newBuilder()
                .setRequestorId(leader.toByteString())
                .setReplyId(node.toByteString())
                .setRaftGroupId(RaftGroupIdProto.newBuilder().setId(group.toByteString()))
                .setCallId(calls.incrementAndGet());
        return StartLeaderElectionRequestProto.newBuilder()
                .setServerRequest(header)
                .setLeaderLastEntry(last.toProto())
                .build();
    }

    /// Requests to step down without naming the next leader.
    TransferLeadershipRequest stepDown(long timeoutMs) {
        return new TransferLeadershipRequest(client, self, group, calls.incrementAndGet(), null, timeoutMs);
    }

    /// Requests to hand leadership over to another node.
    TransferLeadershipRequest transfer(RaftPeerId next, long timeoutMs) {
        return new TransferLeadershipRequest(client, self, group, calls.incrementAndGet(), next, timeoutMs);
    }
}
