package dev.sluice.cluster;

import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;

/// A node of a cluster, as the others know it.
///
/// @param id       drawn at random with the node's folder, and never used again for another folder
/// @param host     its name or address
/// @param raftPort for Raft
/// @param nodePort for what nodes ask each other beside Raft
/// @param votes    whether it takes part in elections and majorities; if not, it only follows (a Raft learner)
public record Member(long id, String host, int raftPort, int nodePort, boolean votes) {
    RaftPeerId peerId() {
        return peerId(id);
    }

    static RaftPeerId peerId(long id) {
        return RaftPeerId.valueOf("%016x".formatted(id));
    }

    static long id(RaftPeerId peer) {
        return Long.parseUnsignedLong(peer.toString(), 16);
    }

    RaftPeer peer() {
        return RaftPeer.newBuilder()
                .setId(peerId())
                .setAddress(host + ":" + raftPort)
                .setClientAddress(nodeAddress())
                .setStartupRole(votes ? RaftPeerRole.FOLLOWER : RaftPeerRole.LISTENER)
                .build();
    }

    /// For what nodes ask each other beside Raft, as `host:port`.
    String nodeAddress() {
        return host + ":" + nodePort;
    }
}
