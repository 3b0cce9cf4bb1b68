package dev.sluice.cluster.raft;

import java.io.IOException;
import java.security.MessageDigest;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.ReadIndexReplyProto;
import org.apache.ratis.proto.RaftProtos.ReadIndexRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionReplyProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.GroupInfoReply;
import org.apache.ratis.protocol.GroupInfoRequest;
import org.apache.ratis.protocol.GroupListReply;
import org.apache.ratis.protocol.GroupListRequest;
import org.apache.ratis.protocol.GroupManagementRequest;
import org.apache.ratis.protocol.LeaderElectionManagementRequest;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.SnapshotManagementRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.server.DataStreamServerRpc;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerRpc;
import org.apache.ratis.server.ServerFactory;
import org.apache.ratis.util.LifeCycle;
import org.apache.ratis.util.ProtoUtils;

/// A node's Raft server as other nodes reach it through Raft's port, to replicate and to vote, with [DurableReplies].
///
/// A request must name the cluster's id: 122 random bits that only its nodes have. Their folders are private, and they
/// reveal the id only to holders of the token. [NodesOnly] refuses clients and administrators of Ratis earlier. They
/// are not needed: a node asks its own server within the process, and other nodes through
/// [dev.sluice.cluster.peers.NodeServer].
final class RaftEndpoint implements RaftServer {
    private final RaftServer server;
    private final DurableReplies replies;

    /// @param server may still be under construction
    RaftEndpoint(RaftServer server) {
        this.server = server;
        replies = new DurableReplies(server);
    }

    @Override
    public CompletableFuture<AppendEntriesReplyProto> appendEntriesAsync(AppendEntriesRequestProto request)
            throws IOException {
        requireNode(request.getServerRequest());
        RaftGroupId group = ProtoUtils.toRaftGroupId(request.getServerRequest().getRaftGroupId());
        if (server.getDivision(group).getStateMachine() instanceof RatisStateMachine machine)
            machine.heard(request.getLeaderCommit());
        return replies.append(request);
    }

    @Override
    public RequestVoteReplyProto requestVote(RequestVoteRequestProto request) throws IOException {
        requireNode(request.getServerRequest());
        return replies.vote(request);
    }

    @Override
    public StartLeaderElectionReplyProto startLeaderElection(StartLeaderElectionRequestProto request)
            throws IOException {
        requireNode(request.getServerRequest());
        return replies.startElection(request);
    }

    @Override
    public InstallSnapshotReplyProto installSnapshot(InstallSnapshotRequestProto request) throws IOException {
        requireNode(request.getServerRequest());
        return server.installSnapshot(request);
    }

    /// Ratis' own refusal would quote the id.
    private void requireNode(RaftRpcRequestProto request) throws IOException {
        byte[] named = request.getRaftGroupId().getId().toByteArray();
        for (RaftGroupId each : server.getGroupIds()) {
            if (MessageDigest.isEqual(each.toByteString().toByteArray(), named)) return;
        }
        throw refused();
    }

    @Override
    public AppendEntriesReplyProto appendEntries(AppendEntriesRequestProto request) throws IOException {
        throw refused();
    }

    /// Not used: it serves reads through the leader, and a node reads from its own replica.
    @Override
    public CompletableFuture<ReadIndexReplyProto> readIndexAsync(ReadIndexRequestProto request) {
        return CompletableFuture.failedFuture(refused());
    }

    private static IOException refused() {
        return new IOException(NodesOnly.REFUSAL);
    }

    @Override
    public RaftClientReply submitClientRequest(RaftClientRequest request) throws IOException {
        throw refused();
    }

    @Override
    public CompletableFuture<RaftClientReply> submitClientRequestAsync(RaftClientRequest request) {
        return CompletableFuture.failedFuture(refused());
    }

    @Override
    public GroupListReply getGroupList(GroupListRequest request) throws IOException {
        throw refused();
    }

    @Override
    public CompletableFuture<GroupListReply> getGroupListAsync(GroupListRequest request) {
        return CompletableFuture.failedFuture(refused());
    }

    @Override
    public GroupInfoReply getGroupInfo(GroupInfoRequest request) throws IOException {
        throw refused();
    }

    @Override
    public CompletableFuture<GroupInfoReply> getGroupInfoAsync(GroupInfoRequest request) {
        return CompletableFuture.failedFuture(refused());
    }

    @Override
    public RaftClientReply groupManagement(GroupManagementRequest request) throws IOException {
        throw refused();
    }

    @Override
    public CompletableFuture<RaftClientReply> groupManagementAsync(GroupManagementRequest request) {
        return CompletableFuture.failedFuture(refused());
    }

    @Override
    public RaftClientReply snapshotManagement(SnapshotManagementRequest request) throws IOException {
        throw refused();
    }

    @Override
    public CompletableFuture<RaftClientReply> snapshotManagementAsync(SnapshotManagementRequest request) {
        return CompletableFuture.failedFuture(refused());
    }

    @Override
    public RaftClientReply leaderElectionManagement(LeaderElectionManagementRequest request) throws IOException {
        throw refused();
    }

    @Override
    public CompletableFuture<RaftClientReply> leaderElectionManagementAsync(LeaderElectionManagementRequest request) {
        return CompletableFuture.failedFuture(refused());
    }

    @Override
    public RaftClientReply setConfiguration(SetConfigurationRequest request) throws IOException {
        throw refused();
    }

    @Override
    public CompletableFuture<RaftClientReply> setConfigurationAsync(SetConfigurationRequest request) {
        return CompletableFuture.failedFuture(refused());
    }

    @Override
    public RaftClientReply transferLeadership(TransferLeadershipRequest request) throws IOException {
        throw refused();
    }

    @Override
    public CompletableFuture<RaftClientReply> transferLeadershipAsync(TransferLeadershipRequest request) {
        return CompletableFuture.failedFuture(refused());
    }

    @Override
    public RaftPeerId getId() {
        return server.getId();
    }

    @Override
    public RaftPeer getPeer() {
        return server.getPeer();
    }

    @Override
    public Iterable<RaftGroupId> getGroupIds() {
        return server.getGroupIds();
    }

    @Override
    public Iterable<RaftGroup> getGroups() throws IOException {
        return server.getGroups();
    }

    @Override
    public Division getDivision(RaftGroupId group) throws IOException {
        return server.getDivision(group);
    }

    @Override
    public RaftProperties getProperties() {
        return server.getProperties();
    }

    @Override
    public RaftServerRpc getServerRpc() {
        return server.getServerRpc();
    }

    @Override
    public DataStreamServerRpc getDataStreamServerRpc() {
        return server.getDataStreamServerRpc();
    }

    @Override
    public ServerFactory getFactory() {
        return server.getFactory();
    }

    @Override
    public void start() throws IOException {
        server.start();
    }

    @Override
    public LifeCycle.State getLifeCycleState() {
        return server.getLifeCycleState();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
