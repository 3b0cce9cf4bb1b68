package dev.sluice.cluster;

import static java.util.Objects.requireNonNull;

import dev.sluice.core.log.ReplicationStatus;
import dev.sluice.core.replication.Order;
import dev.sluice.storage.ClusterRefusal;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.proto.RaftProtos.ServerRpcProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.SnapshotManagementRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.jspecify.annotations.Nullable;

/// A node's end of an order that Raft keeps: a proposal has its place once a majority of the voting nodes has it on
/// disk (fsync). Methods may be called from any thread.
final class RatisOrder implements NodeOrder {
    private static final System.Logger LOG = System.getLogger(RatisOrder.class.getName());

    /// Keeps Ratis from telling each step, at a level that an operator reads. A field, as loggers are collected.
    private static final Logger RATIS_LOG = Logger.getLogger("org.apache.ratis");

    static {
        if (RATIS_LOG.getLevel() == null) RATIS_LOG.setLevel(Level.SEVERE);
    }

    /// A node that catches up looks at requests to cut off its log only afterwards.
    private static final int CUT_TIMEOUT_MS = 60_000;

    /// Longer than elections, so that one does not send clients away.
    private static final int WITHOUT_LEADER_SECONDS = 5;

    /// Proposals that take a node some tenths of a second.
    private static final int BEHIND_MAX = 1_000;

    private static final int HAND_OVER_MS = 1_000;

    private final Member self;
    private final RaftGroupId group;
    private final NodeClient client;
    private final @Nullable NodeTls tls;
    private final Runnable onClose;
    private final ClientId clientId = ClientId.randomId();
    private final AtomicLong calls = new AtomicLong();
    private final ProposalSender sender;
    private final NodePeers peers;
    private final AtomicBoolean cutting = new AtomicBoolean();
    private volatile long snapshot;
    private volatile @Nullable Path files;
    private volatile long bytes;
    private volatile long leaderSeenNanos = System.nanoTime();
    private volatile @Nullable ReplicaStateMachine stateMachine;
    private volatile @Nullable DiskCheck disk;
    private volatile @Nullable RaftServer server;
    private volatile RaftServer.@Nullable Division division;

    /// @param group the same for all nodes of a cluster
    /// @param tls     null: the nodes talk in plain text
    /// @param onClose called once this has ended
    RatisOrder(Member self, UUID group, NodeClient client, @Nullable NodeTls tls, Runnable onClose) {
        this.self = self;
        this.group = RaftGroupId.valueOf(group);
        this.client = client;
        this.tls = tls;
        this.onClose = onClose;
        peers = new NodePeers(self, this::members, client);
        sender = new ProposalSender(this);
    }

    /// Starts to take part. Proposals that were committed while the node was away are handed over, then new ones.
    ///
    /// @param folder   keeps the Raft log
    /// @param members  of a new cluster; empty: the node waits to be added to one. Without effect once it has been
    ///                 part of one
    /// @param replica  takes what is placed
    /// @param clock    stamps proposals while this node leads
    /// @throws IOException if the Raft log can't be read, or the port can't be used
    void start(Path folder, Collection<Member> members, ReplicaEnd replica, InstantSource clock) throws IOException {
        RaftGroup peers =
                RaftGroup.valueOf(group, members.stream().map(Member::peer).toList());
        var orderClock = new OrderClock(clock, System::nanoTime, new OffsetFile(folder));
        var machine = new ReplicaStateMachine(replica, orderClock, sender, logged(folder));
        RaftServer raft = RaftServer.newBuilder()
                .setServerId(self.peerId())
                .setGroup(peers)
                .setOption(hasBegun(folder) ? RaftStorage.StartupOption.RECOVER : RaftStorage.StartupOption.FORMAT)
                .setProperties(RaftSettings.of(folder, self))
                .setParameters(tls == null ? null : tls.raft())
                .setStateMachine(machine)
                .build();
        disk = new DiskCheck(folder.toFile()::getUsableSpace, replica);
        server = raft;
        stateMachine = machine;
        files = folder.resolve(RaftSettings.FOLDER);
        raft.start();
        division = raft.getDivision(group);
        sender.start(replica);
    }

    private static Order.Position logged(Path folder) throws IOException {
        return hasBegun(folder) ? RaftFiles.of(folder).last() : Order.Position.NONE;
    }

    /// Whether the folder has a Raft log.
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
    public boolean isLeader() {
        RaftServer.Division now = division;
        return now != null && now.getInfo().isLeader();
    }

    @Override
    public boolean take(List<byte[]> proposals) {
        return place(proposals) instanceof Leader.Self;
    }

    /// Gives proposals to the Raft log of this node, if it leads.
    ///
    /// @return where they have to go instead; [Leader.Self] if they were taken. They may get lost nevertheless.
    Leader place(Iterable<byte[]> proposals) {
        Leader leader = leader();
        RaftServer raft = server;
        if (!(leader instanceof Leader.Self) || raft == null) return leader;
        for (byte[] each : proposals) submit(raft, each);
        return leader;
    }

    private void submit(RaftServer raft, byte[] proposal) {
        RaftClientRequest request = RaftClientRequest.newBuilder()
                .setClientId(clientId)
                .setServerId(self.peerId())
                .setGroupId(group)
                .setCallId(calls.incrementAndGet())
                .setMessage(Message.valueOf(UnsafeByteOperations.unsafeWrap(proposal)))
                .setType(RaftClientRequest.writeRequestType())
                .build();
        try {
            raft.submitClientRequestAsync(request);
        } catch (IOException _) {
            // As if it were lost on the way: its node proposes it again.
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

    /// Sends proposals to another node.
    ///
    /// @return whether it took them
    boolean forward(String nodeAddress, Iterable<byte[]> proposals) throws InterruptedException {
        return client.propose(nodeAddress, proposals);
    }

    @Override
    public @Nullable String notReady() {
        RaftServer.Division now = division;
        if (now == null) return "The node has not begun to take part in its cluster.";
        noteLeader(now);
        long withoutSeconds = secondsWithoutLeader();
        if (withoutSeconds >= WITHOUT_LEADER_SECONDS) {
            return "The cluster has had no leader that this node could reach for " + withoutSeconds
                    + " s: publishes wait, and what others publish does not come here.";
        }
        long behind = now.getRaftLog().getLastCommittedIndex() - now.getInfo().getLastAppliedIndex();
        return behind <= BEHIND_MAX ? null : "The node is " + behind + " proposals behind the others, and catches up.";
    }

    @Override
    public @Nullable ReplicationStatus status() {
        RaftServer.Division now = division;
        ReplicaStateMachine machine = stateMachine;
        if (now == null || machine == null) return null;
        noteLeader(now);
        DivisionInfo info = now.getInfo();
        return new ReplicationStatus(
                role(now),
                secondsWithoutLeader() < WITHOUT_LEADER_SECONDS,
                info.getCurrentTerm(),
                now.getRaftLog().getLastCommittedIndex(),
                info.getLastAppliedIndex(),
                machine.leaderChanges(),
                0,
                bytes);
    }

    /// Ratis calls a listener a follower, too, at times.
    private ReplicationStatus.Role role(RaftServer.Division now) {
        if (now.getRaftConf().getPeer(self.peerId(), RaftPeerRole.LISTENER) != null) {
            return ReplicationStatus.Role.LISTENER;
        }
        return ReplicationStatus.Role.valueOf(now.getInfo().getCurrentRole().name());
    }

    private long secondsWithoutLeader() {
        return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - leaderSeenNanos);
    }

    private void noteLeader(RaftServer.Division now) {
        boolean isSeen = switch (leader()) {
            case Leader.Self() -> hasMajority(now);
            case Leader.Other _ -> true;
            case Leader.None() -> false;
        };
        if (isSeen) leaderSeenNanos = System.nanoTime();
    }

    /// Whether this leader hears of a majority. One that is asked for something all the time does not
    /// notice by itself that it has none, and goes on to lead.
    private boolean hasMajority(RaftServer.Division now) {
        Set<RaftPeerId> voting = ids(now.getRaftConf().getAllPeers(RaftPeerRole.FOLLOWER));
        Set<RaftPeerId> heard = new HashSet<>(heard(now));
        heard.add(self.peerId());
        heard.retainAll(voting);
        return 2 * heard.size() > voting.size();
    }

    /// The nodes that this leader has heard of lately, the latest first.
    private static List<RaftPeerId> heard(RaftServer.Division now) {
        return now.getInfo().getRoleInfoProto().getLeaderInfo().getFollowerInfoList().stream()
                .filter(each -> each.getLastRpcElapsedTimeMs() < WITHOUT_LEADER_SECONDS * 1_000L)
                .sorted(Comparator.comparingLong(ServerRpcProto::getLastRpcElapsedTimeMs))
                .map(each -> RaftPeerId.valueOf(each.getId().getId()))
                .toList();
    }

    private static Set<RaftPeerId> ids(Collection<RaftPeer> peers) {
        return peers.stream().map(RaftPeer::getId).collect(Collectors.toSet());
    }

    /// Has the Raft log cut off where the replica is on disk, except for a reserve. What was cut off, a node that was
    /// away gets by a copy.
    @Override
    public void maintain() {
        DiskCheck check = disk;
        if (check != null) check.look();
        if (tls != null) tls.refresh();
        RaftServer raft = server;
        ReplicaStateMachine machine = stateMachine;
        RaftServer.Division now = division;
        if (now != null) noteLeader(now);
        measure();
        if (raft == null || machine == null || !isMember()) return;
        long saved = machine.takeSnapshot();
        if (saved <= snapshot || !cutting.compareAndSet(false, true)) return;
        raft.snapshotManagementAsync(SnapshotManagementRequest.newCreate(
                        clientId, self.peerId(), group, calls.incrementAndGet(), CUT_TIMEOUT_MS, 1))
                .whenComplete((reply, failed) -> {
                    if (failed == null) snapshot = saved;
                    else LOG.log(System.Logger.Level.DEBUG, "the Raft log is cut off later: " + failed);
                    cutting.set(false);
                });
    }

    private void measure() {
        Path raft = files;
        if (raft == null) return;
        try {
            bytes = Folders.bytes(raft);
        } catch (IOException | UncheckedIOException _) {
            // A file was cut off meanwhile: the next second tells.
        }
    }

    @Override
    public boolean isMember() {
        RaftServer.Division now = division;
        return now != null
                && now.getRaftConf().getPeer(self.peerId(), RaftPeerRole.FOLLOWER, RaftPeerRole.LISTENER) != null;
    }

    @Override
    public NodePeers peers() {
        return peers;
    }

    /// Those that vote.
    @Override
    public Voters voters() {
        RaftServer.Division now = division;
        Collection<RaftPeer> voting =
                now == null ? List.of() : now.getRaftConf().getAllPeers(RaftPeerRole.FOLLOWER);
        Set<String> others = voting.stream()
                .filter(each -> !each.getId().equals(self.peerId()))
                .map(RaftPeer::getClientAddress)
                .collect(Collectors.toSet());
        return new Voters(others, others.size() < voting.size());
    }

    /// While they change, the former ones as well.
    @Override
    public List<Member> members() {
        RaftServer.Division now = division;
        if (now == null) return List.of();
        RaftConfiguration current = now.getRaftConf();
        return Stream.concat(
                        current.getAllPeers(RaftPeerRole.FOLLOWER).stream().map(each -> Member.of(each, true)),
                        current.getAllPeers(RaftPeerRole.LISTENER).stream().map(each -> Member.of(each, false)))
                .distinct()
                .toList();
    }

    /// A node with the same address and another id has lost its folder, and the new one takes its place. Only the
    /// leader
    /// can.
    @Override
    public void add(Member member) throws IOException {
        RaftServer.Division now = division;
        RaftServer raft = server;
        if (now == null || raft == null) throw new IOException("this node has not begun");
        RaftConfiguration current = now.getRaftConf();
        List<RaftPeer> voting = new ArrayList<>(current.getAllPeers(RaftPeerRole.FOLLOWER));
        List<RaftPeer> following = new ArrayList<>(current.getAllPeers(RaftPeerRole.LISTENER));
        for (List<RaftPeer> each : List.of(voting, following)) {
            each.removeIf(peer -> peer.getAddress().equals(member.address().toString()));
        }
        (member.votes() ? voting : following).add(member.peer());
        configure(raft, current, voting, following);
    }

    /// If this is the node, another one leads first, which has to be asked again.
    ///
    /// @throws ClusterRefusal if there is no such node, or the nodes that are left would have no majority
    @Override
    public void remove(String node) throws IOException {
        RaftServer.Division now = requireLeader();
        RaftServer raft = requireNonNull(server);
        RaftConfiguration current = now.getRaftConf();
        Member removed = member(node);
        List<RaftPeer> voting = new ArrayList<>(current.getAllPeers(RaftPeerRole.FOLLOWER));
        List<RaftPeer> following = new ArrayList<>(current.getAllPeers(RaftPeerRole.LISTENER));
        for (List<RaftPeer> each : List.of(voting, following)) {
            each.removeIf(peer -> peer.getId().equals(removed.peerId()));
        }
        if (voting.isEmpty()) {
            throw new ClusterRefusal(
                    "It is the only node that votes: without it there is no cluster. Stop it instead.");
        }
        if (removed.equals(self)) {
            handOver(raft);
            throw new NotLeader();
        }
        if (2 * answering(voting) <= voting.size()) {
            throw new ClusterRefusal("The nodes that are left would have no majority, as too few of them answer: remove"
                    + " those that don't first.");
        }
        configure(raft, current, voting, following);
    }

    /// Those of the voting nodes that answer now. Raft notices only after a while that one does not, and a
    /// change that has begun without a majority holds up all publishes.
    private int answering(Collection<RaftPeer> voting) throws IOException {
        int answers = 0;
        for (RaftPeer each : voting) if (each.getId().equals(self.peerId()) || answers(each)) answers++;
        return answers;
    }

    private boolean answers(RaftPeer peer) throws IOException {
        try {
            return client.status(peer.getClientAddress()).state() == NodeStatus.State.MEMBER;
        } catch (IOException _) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    /// @throws ClusterRefusal if there is no such node, or it does not vote or answer
    @Override
    public void lead(String node) throws IOException {
        RaftServer.Division now = requireLeader();
        Member next = member(node);
        if (next.equals(self)) return;
        if (!next.votes())
            throw new ClusterRefusal("It only follows: it does not vote (cluster.votes), and can't lead.");
        if (!heard(now).contains(next.peerId())) throw new ClusterRefusal("It does not answer the leader.");
        handOver(requireNonNull(server), next.peerId());
    }

    private RaftServer.Division requireLeader() throws NotLeader {
        RaftServer.Division now = division;
        if (now == null || !now.getInfo().isLeader()) throw new NotLeader();
        return now;
    }

    private Member member(String node) throws ClusterRefusal {
        for (Member each : members()) {
            if (each.address().toString().equals(node)
                    || each.peerId().toString().equals(node)) return each;
        }
        throw new ClusterRefusal("There is no such node in the cluster, whose nodes are "
                + members().stream().map(each -> each.address().toString()).collect(Collectors.joining(", ")) + ".");
    }

    private void configure(RaftServer raft, RaftConfiguration current, List<RaftPeer> voting, List<RaftPeer> following)
            throws IOException {
        // Only if nobody else has changed it meanwhile.
        var arguments = SetConfigurationRequest.Arguments.newBuilder()
                .setMode(SetConfigurationRequest.Mode.COMPARE_AND_SET)
                .setServersInCurrentConf(List.copyOf(current.getAllPeers(RaftPeerRole.FOLLOWER)))
                .setListenersInCurrentConf(List.copyOf(current.getAllPeers(RaftPeerRole.LISTENER)))
                .setServersInNewConf(distinct(voting))
                .setListenersInNewConf(distinct(following))
                .build();
        RaftClientReply reply = raft.setConfiguration(
                new SetConfigurationRequest(clientId, self.peerId(), group, calls.incrementAndGet(), arguments));
        if (!reply.isSuccess()) throw new IOException("the nodes could not be changed: " + reply.getException());
    }

    /// The last of each id.
    private static List<RaftPeer> distinct(List<RaftPeer> peers) {
        Map<RaftPeerId, RaftPeer> byId = new LinkedHashMap<>();
        for (RaftPeer each : peers) byId.put(each.getId(), each);
        return List.copyOf(byId.values());
    }

    @Override
    public void resign() {
        RaftServer raft = server;
        if (raft != null) handOver(raft);
    }

    /// Has another node lead, so that publishes need not wait for an election.
    private void handOver(RaftServer raft) {
        RaftServer.Division now = division;
        if (now == null || !isLeader()) return;
        Set<RaftPeerId> voting = ids(now.getRaftConf().getAllPeers(RaftPeerRole.FOLLOWER));
        for (RaftPeerId next : heard(now)) {
            if (!voting.contains(next)) continue;
            try {
                handOver(raft, next);
                return;
            } catch (IOException failed) {
                LOG.log(System.Logger.Level.INFO, failed.getMessage());
            }
        }
    }

    private void handOver(RaftServer raft, RaftPeerId next) throws IOException {
        var request = new TransferLeadershipRequest(
                clientId, self.peerId(), group, calls.incrementAndGet(), next, HAND_OVER_MS);
        try {
            RaftClientReply reply = raft.transferLeadershipAsync(request).get(2 * HAND_OVER_MS, TimeUnit.MILLISECONDS);
            if (!reply.isSuccess())
                throw new IOException("node " + next + " does not lead yet: " + reply.getException());
            LOG.log(System.Logger.Level.INFO, "leadership handed over, node=" + next);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException failed) {
            throw new IOException("node " + next + " does not lead yet: " + failed, failed);
        }
    }

    @Override
    public void close() {
        RaftServer raft = server;
        if (raft != null) handOver(raft);
        sender.close();
        ReplicaStateMachine machine = stateMachine;
        if (machine != null) machine.closing();
        try {
            if (raft != null) raft.close();
        } catch (IOException failed) {
            LOG.log(System.Logger.Level.WARNING, "Raft did not end well", failed);
        } finally {
            onClose.run();
        }
    }
}
