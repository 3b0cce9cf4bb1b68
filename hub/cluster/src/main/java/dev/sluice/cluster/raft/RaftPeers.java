package dev.sluice.cluster.raft;

import dev.sluice.cluster.peers.Member;
import dev.sluice.core.cluster.NodeAddress;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;

/// Converts between the nodes of a cluster and the peers of Ratis.
public final class RaftPeers {
    private RaftPeers() {}

    public static RaftPeerId id(long node) {
        return RaftPeerId.valueOf(Member.hexId(node));
    }

    static RaftPeerId id(Member member) {
        return id(member.id());
    }

    static long node(RaftPeerId peer) {
        return Long.parseUnsignedLong(peer.toString(), 16);
    }

    static Member member(RaftPeer peer, boolean votes) {
        return new Member(node(peer.getId()), NodeAddress.parse(peer.getAddress()), votes);
    }

    /// Stores the request address as Ratis' "client address", which is not used otherwise.
    static RaftPeer peer(Member member) {
        return RaftPeer.newBuilder()
                .setId(id(member))
                .setAddress(member.address().toString())
                .setClientAddress(Member.requestAddress(member.address()))
                .setStartupRole(member.votes() ? RaftPeerRole.FOLLOWER : RaftPeerRole.LISTENER)
                .build();
    }
}
