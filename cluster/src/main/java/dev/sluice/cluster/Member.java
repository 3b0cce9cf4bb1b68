package dev.sluice.cluster;

import dev.sluice.storage.NodeAddress;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;

/// A node of a cluster, as the others know it.
///
/// @param id    drawn at random with the node's folder, and never used again for another folder
/// @param votes whether it takes part in elections and majorities; if not, it only follows (a Raft learner)
public record Member(long id, NodeAddress address, boolean votes) {
    RaftPeerId peerId() {
        return peerId(id);
    }

    static RaftPeerId peerId(long id) {
        return RaftPeerId.valueOf("%016x".formatted(id));
    }

    static Member of(RaftPeer peer, boolean votes) {
        return new Member(id(peer.getId()), NodeAddress.parse(peer.getAddress()), votes);
    }

    static long id(RaftPeerId peer) {
        return Long.parseUnsignedLong(peer.toString(), 16);
    }

    /// The address for what nodes ask each other besides Raft is Ratis' "client address", which nothing else uses.
    RaftPeer peer() {
        return RaftPeer.newBuilder()
                .setId(peerId())
                .setAddress(address.toString())
                .setClientAddress(requestAddress(address))
                .setStartupRole(votes ? RaftPeerRole.FOLLOWER : RaftPeerRole.LISTENER)
                .build();
    }

    static String requestAddress(NodeAddress address) {
        return address.host() + ":" + address.requestPort();
    }
}
