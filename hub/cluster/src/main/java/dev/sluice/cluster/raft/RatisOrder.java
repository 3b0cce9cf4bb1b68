package dev.sluice.cluster.raft;

import dev.sluice.cluster.folder.Folders;
import dev.sluice.cluster.order.DiskCheck;
import dev.sluice.cluster.order.Leader;
import dev.sluice.cluster.order.NodeOrder;
import dev.sluice.cluster.order.StateMachine;
import dev.sluice.cluster.order.Voters;
import dev.sluice.cluster.peers.FollowerProgress;
import dev.sluice.cluster.peers.Member;
import dev.sluice.cluster.peers.NodeClient;
import dev.sluice.cluster.peers.NodePeers;
import dev.sluice.cluster.peers.NotLeaderException;
import dev.sluice.cluster.tls.NodeTls;
import dev.sluice.core.peers.ReplicationStatus;
import dev.sluice.core.replication.Order;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.jspecify.annotations.Nullable;

/// The order of a node with Raft: a proposal is placed once a majority of the voting nodes has it on disk
/// (fsync). Methods may be called from any thread.
final class RatisOrder implements NodeOrder {
    private static final System.Logger LOG = System.getLogger(RatisOrder.class.getName());

    /// Ratis' own logger, set to a level at which it does not log each step. A field, because the JDK
    /// garbage-collects loggers without references.
    private static final Logger RATIS_LOG = Logger.getLogger("org.apache.ratis");

    static {
        if (RATIS_LOG.getLevel() == null) RATIS_LOG.setLevel(Level.SEVERE);
    }

    /// Longer than an election, so that clients are not sent away during one.
    private static final int WITHOUT_LEADER_SECONDS = 5;

    /// The number of proposals that a node applies in some tenths of a second.
    private static final int BEHIND_MAX = 1_000;

    private final Member self;
    private final RaftGroupId group;
    private final NodeClient client;
    private final @Nullable NodeTls tls;
    private final Runnable onClose;
    private final RaftRequests requests;
    private final ProposalSender sender;
    private final LeaderWatch watch;
    private final NodePeers peers;
    private final AtomicBoolean cutting = new AtomicBoolean();
    private volatile long snapshot;
    private volatile @Nullable Path files;
    private volatile long bytes;
    private volatile long leaderSeenNanos = System.nanoTime();
    private volatile @Nullable RatisStateMachine stateMachine;
    private volatile @Nullable DiskCheck disk;
    private volatile @Nullable RaftServer server;
    private volatile RaftServer.@Nullable Division division;
    private volatile @Nullable RaftMembers members;
    private volatile @Nullable CatchUpCheck catchUp;
    private volatile @Nullable StallCheck stall;

    /// @param group the id of the Raft group, the same for all nodes of a cluster
    /// @param tls     null if the nodes talk in plain text
    /// @param onClose called once this order has ended
    RatisOrder(Member self, UUID group, NodeClient client, @Nullable NodeTls tls, Runnable onClose) {
        this.self = self;
        this.group = RaftGroupId.valueOf(group);
        this.client = client;
        this.tls = tls;
        this.onClose = onClose;
        requests = new RaftRequests(RaftPeers.id(self), this.group);
        peers = new NodePeers(self, this::members, () -> members != null, client);
        sender = new ProposalSender(this);
        watch = new LeaderWatch(new Watching(), client);
    }

    /// This node, as seen by its [LeaderWatch].
    private final class Watching implements LeaderWatch.Self {
        @Override
        public @Nullable String leader() {
            return RatisOrder.this.leader() instanceof Leader.Other(String address) ? address : null;
        }

        @Override
        public String address() {
            return Member.requestAddress(self.address());
        }

        @Override
        public Collection<String> voters() {
            Voters voters = RatisOrder.this.voters();
            return voters.isSelfAmong() ? voters.others() : Set.of();
        }

        @Override
        public long last() {
            return RatisOrder.this.last();
        }

        @Override
        public void askForVotes(String goneLeader) throws IOException {
            RaftMembers all = members;
            if (all != null) all.askForVotes(goneLeader);
        }
    }

    /// Starts to take part. Delivers the proposals that were committed while the node was away, then new
    /// ones.
    ///
    /// @param folder    the node's folder, which contains the Raft log
    /// @param beginners the founders of a new cluster, or a node that does not vote alone; if empty, the node
    ///                  waits until it is added to a cluster. Ignored once the node has been part of a
    ///                  cluster
    /// @param replica   receives the placed entries
    /// @param clock     stamps proposals while this node leads
    /// @throws IOException if the Raft log can't be read, or the port can't be used
    void start(Path folder, Collection<Member> beginners, StateMachine replica, InstantSource clock)
            throws IOException {
        RaftGroup peers =
                RaftGroup.valueOf(group, beginners.stream().map(RaftPeers::peer).toList());
        var orderClock = new OrderClock(clock, System::nanoTime, new ClockOffsetFile(folder));
        var machine = new RatisStateMachine(replica, orderClock, sender, logged(folder));
        RaftServer raft = RaftServer.newBuilder()
                .setServerId(RaftPeers.id(self))
                .setGroup(peers)
                .setOption(hasBegun(folder) ? RaftStorage.StartupOption.RECOVER : RaftStorage.StartupOption.FORMAT)
                .setProperties(RaftSettings.of(folder, self))
                .setParameters(RaftTls.of(tls))
                .setStateMachine(machine)
                .build();
        disk = new DiskCheck(folder.toFile()::getUsableSpace, replica);
        server = raft;
        stateMachine = machine;
        files = folder.resolve(RaftSettings.FOLDER);
        raft.start();
        RaftServer.Division made = raft.getDivision(group);
        machine.begun(made.getInfo()::getCurrentTerm);
        var all = new RaftMembers(self, client, requests, raft, made);
        members = all;
        division = made;
        sender.start(replica);
        watch.start();
        var stalls = new StallCheck(all, this::leadWithMajorityOnly);
        stall = stalls;
        stalls.start();
        var check = new CatchUpCheck(
                self.hexId(), this::leader, () -> made.getRaftLog().getNextIndex(), this::voters, client, replica);
        catchUp = check;
        check.start();
    }

    private static Order.Position logged(Path folder) throws IOException {
        return hasBegun(folder) ? RaftFiles.of(folder).last() : Order.Position.NONE;
    }

    /// Returns true if the folder has a Raft log.
    static boolean hasBegun(Path folder) throws IOException {
        return !isEmpty(folder.resolve(RaftSettings.FOLDER));
    }

    private static boolean isEmpty(Path folder) throws IOException {
        if (!Files.exists(folder)) return true;
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }

    @Override
    public void propose(byte[] proposal) {
        sender.send(proposal);
    }

    @Override
    public void repeat(List<byte[]> proposals) {
        sender.repeat(proposals);
    }

    @Override
    public boolean isLeader() {
        RaftServer.Division now = division;
        return now != null && now.getInfo().isLeader();
    }

    @Override
    public long last() {
        RaftMembers all = members;
        return all == null ? 0 : all.last();
    }

    @Override
    public boolean keepsTime() {
        return isLeader();
    }

    @Override
    public boolean take(List<byte[]> proposals) {
        return place(proposals) instanceof Leader.Self;
    }

    /// Appends proposals to the Raft log of this node if it leads.
    ///
    /// @return [Leader.Self] if this node took them, which may still be lost; otherwise the leader to which they
    ///     must be sent, or [Leader.None] if none is known or this node hands leadership over
    Leader place(Iterable<byte[]> proposals) {
        Leader leader = leader();
        RaftServer raft = server;
        RaftMembers all = members;
        if (!(leader instanceof Leader.Self) || raft == null || all == null) return leader;
        if (all.isHandingOver()) return Leader.NONE;
        for (byte[] each : proposals) submit(raft, each);
        return leader;
    }

    private void submit(RaftServer raft, byte[] proposal) {
        try {
            raft.submitClientRequestAsync(requests.write(proposal));
        } catch (IOException _) {
            // Treated like one that was lost on the way: its node proposes it again.
        }
    }

    @Override
    public Leader leader() {
        RaftServer.Division now = division;
        if (now == null) return Leader.NONE;
        DivisionInfo info = now.getInfo();
        if (info.isLeader()) return info.isLeaderReady() ? Leader.SELF : Leader.NONE;
        RaftPeerId id = info.getLeaderId();
        RaftPeer peer = id == null ? null : now.getRaftConf().getPeer(id);
        return peer == null ? Leader.NONE : new Leader.Other(peer.getClientAddress());
    }

    @Override
    public @Nullable FollowerProgress follower(String node) {
        RaftServer.Division now = division;
        if (now == null) return null;
        List<String> followers = followers(now);
        long[] acknowledged = now.getInfo().getFollowerMatchIndices();
        // Both lists are in Ratis' own order of the followers, which may have changed in between.
        if (acknowledged == null || acknowledged.length != followers.size() || !followers.equals(followers(now)))
            return null;
        int place = followers.indexOf(node);
        return place < 0
                ? null
                : new FollowerProgress(acknowledged[place], now.getRaftLog().getLastCommittedIndex());
    }

    /// The ids of the nodes to which this node replicates the order as the leader.
    private static List<String> followers(RaftServer.Division division) {
        return division.getInfo().getRoleInfoProto().getLeaderInfo().getFollowerInfoList().stream()
                .map(each -> each.getId().getId().toStringUtf8())
                .toList();
    }

    /// Sends proposals to another node while it leads.
    ///
    /// @return true if it took them
    boolean forward(String nodeAddress, Iterable<byte[]> proposals) throws InterruptedException {
        Leader leader = new Leader.Other(nodeAddress);
        return client.propose(nodeAddress, proposals, () -> leader.equals(leader()));
    }

    @Override
    public @Nullable String notReady() {
        RaftServer.Division now = division;
        if (now == null) return "The node has not begun to take part in its cluster.";
        noteLeader();
        long withoutSeconds = secondsWithoutLeader();
        if (withoutSeconds >= WITHOUT_LEADER_SECONDS) {
            return "The cluster has had no leader that this node could reach for " + withoutSeconds
                    + " s: publishes wait, and events from other nodes do not arrive here.";
        }
        StallCheck check = stall;
        String stalled = check == null ? null : check.problem();
        if (stalled != null) return stalled;
        long behind = now.getRaftLog().getLastCommittedIndex() - now.getInfo().getLastAppliedIndex();
        return behind <= BEHIND_MAX ? null : "The node is " + behind + " proposals behind the others, and catches up.";
    }

    @Override
    public boolean isOutOfReach() {
        if (secondsWithoutLeader() < WITHOUT_LEADER_SECONDS) return false;
        noteLeader(); // Otherwise the leader is noted only once a second.
        return secondsWithoutLeader() >= WITHOUT_LEADER_SECONDS;
    }

    @Override
    public @Nullable ReplicationStatus status() {
        RaftServer.Division now = division;
        RatisStateMachine machine = stateMachine;
        if (now == null || machine == null) return null;
        noteLeader();
        DivisionInfo info = now.getInfo();
        return new ReplicationStatus(
                ReplicationStatus.Role.valueOf(info.getCurrentRole().name()),
                secondsWithoutLeader() < WITHOUT_LEADER_SECONDS,
                info.getCurrentTerm(),
                now.getRaftLog().getLastCommittedIndex(),
                info.getLastAppliedIndex(),
                machine.leaderChanges(),
                0,
                bytes,
                peers.compared(),
                peers.clockAhead());
    }

    private long secondsWithoutLeader() {
        return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - leaderSeenNanos);
    }

    private void noteLeader() {
        switch (leader()) {
            case Leader.Self() -> {
                RaftMembers all = members;
                if (all != null && all.hasMajority()) leaderSeenNanos = System.nanoTime();
            }
            case Leader.Other _ -> leaderSeenNanos = Math.max(leaderSeenNanos, leaderHeardNanos());
            case Leader.None() -> {}
        }
    }

    /// The time of the last message from the leader. Ratis never forgets the leader on a node that does not
    /// vote.
    private long leaderHeardNanos() {
        RaftServer.Division now = division;
        if (now == null) return leaderSeenNanos;
        long elapsedMs = now.getInfo()
                .getRoleInfoProto()
                .getFollowerInfo()
                .getLeaderInfo()
                .getLastRpcElapsedTimeMs();
        return System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(elapsedMs);
    }

    /// Steps down without a majority. Ratis checks for a majority only while it gets no answers, so answers
    /// of non-voting nodes prevent that check. A new leader with a majority may need long to become ready.
    private void leadWithMajorityOnly() {
        noteLeader();
        RaftMembers all = members;
        if (all != null && isLeader() && secondsWithoutLeader() >= WITHOUT_LEADER_SECONDS && !all.hasMajority())
            all.stepDown();
    }

    /// Purges the Raft log up to where the replica is on disk, except for a reserve. A node that was away
    /// longer receives a copy of the log instead of the purged entries.
    @Override
    public void maintain() {
        DiskCheck check = disk;
        if (check != null) check.look();
        if (tls != null) tls.refresh();
        RaftServer raft = server;
        RatisStateMachine machine = stateMachine;
        RaftServer.Division now = division;
        measure();
        if (raft == null || machine == null) return;
        if (now != null && now.getInfo().getLifeCycleState().isClosingOrClosed()) machine.ended();
        if (!isMember()) return;
        if (isLeader()) machine.lostAllBut(members().stream().map(Member::id).collect(Collectors.toSet()));
        SnapshotInfo latest = machine.getLatestSnapshot();
        // Ratis would purge nothing, and say that it has.
        if (now == null || latest == null || now.getInfo().getLastAppliedIndex() <= latest.getIndex()) return;
        if (bytes > LogReserve.LOG_BYTES_MAX) machine.releaseReserve();
        long saved = machine.takeSnapshot();
        if (saved <= snapshot || !cutting.compareAndSet(false, true)) return;
        raft.snapshotManagementAsync(requests.cut()).whenComplete((reply, failed) -> {
            if (failed == null) snapshot = saved;
            else LOG.log(System.Logger.Level.DEBUG, "the Raft log will be purged later: " + failed);
            cutting.set(false);
        });
    }

    private void measure() {
        Path raft = files;
        if (raft == null) return;
        try {
            bytes = Folders.bytes(raft);
        } catch (IOException | UncheckedIOException _) {
            // A file was purged in between; the next call, a second later, has the answer.
        }
    }

    @Override
    public NodePeers peers() {
        return peers;
    }

    @Override
    public boolean isMember() {
        RaftMembers all = members;
        return all != null && all.hasSelf();
    }

    @Override
    public Voters voters() {
        RaftMembers all = members;
        return all == null ? new Voters(Set.of(), false) : all.voters();
    }

    @Override
    public List<Member> members() {
        RaftMembers all = members;
        return all == null ? List.of() : all.all();
    }

    @Override
    public void add(Member member) throws IOException {
        RaftMembers all = members;
        if (all == null) throw new IOException("this node has not begun");
        all.add(member);
    }

    @Override
    public void remove(String node) throws IOException {
        RaftMembers all = members;
        if (all == null) throw new NotLeaderException();
        all.remove(node);
    }

    @Override
    public void lead(String node) throws IOException {
        RaftMembers all = members;
        if (all == null) throw new NotLeaderException();
        all.lead(node);
    }

    @Override
    public void resign() {
        RaftMembers all = members;
        if (all != null) all.handOver();
    }

    @Override
    public void close() {
        watch.close();
        StallCheck stalls = stall;
        if (stalls != null) stalls.close();
        resign();
        sender.close();
        CatchUpCheck check = catchUp;
        if (check != null) check.close();
        RaftServer raft = server;
        RatisStateMachine machine = stateMachine;
        if (machine != null) machine.closing();
        try {
            if (raft != null) RaftEnd.end(raft, group);
        } finally {
            onClose.run();
        }
    }
}
