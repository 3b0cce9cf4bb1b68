package dev.sluice.cluster.raft;

import dev.sluice.cluster.order.Voters;
import dev.sluice.cluster.peers.Member;
import dev.sluice.cluster.peers.NodeClient;
import dev.sluice.cluster.peers.NodeStatus;
import dev.sluice.cluster.peers.NotLeaderException;
import dev.sluice.core.cluster.ClusterRejectedException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.proto.RaftProtos.ServerRpcProto;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.jspecify.annotations.Nullable;

/// The members of a Raft cluster: which nodes they are, how they change, and which one leads. Methods may be
/// called from any thread; those that change something block.
final class RaftMembers implements StallCheck.Self {
    private static final System.Logger LOG = System.getLogger(RaftMembers.class.getName());

    /// A node that the leader has not heard from for longer counts as away.
    private static final long HEARD_MS = 5_000;

    /// The time that each step of a hand-over may take.
    private static final int HAND_OVER_MS = 1_000;

    /// The interval between two looks for new entries.
    private static final int QUIET_MS = 10;

    private final Member self;
    private final NodeClient client;
    private final RaftRequests requests;
    private final RaftServer raft;
    private final RaftServer.Division division;
    private final AtomicInteger handOvers = new AtomicInteger();

    RaftMembers(Member self, NodeClient client, RaftRequests requests, RaftServer raft, RaftServer.Division division) {
        this.self = self;
        this.client = client;
        this.requests = requests;
        this.raft = raft;
        this.division = division;
    }

    /// Returns true if this node belongs to the cluster, as far as it knows. A node that does not vote begins
    /// with a configuration of itself alone.
    boolean hasSelf() {
        RaftConfiguration current = division.getRaftConf();
        return !current.getAllPeers(RaftPeerRole.FOLLOWER).isEmpty()
                && current.getPeer(RaftPeers.id(self), RaftPeerRole.FOLLOWER, RaftPeerRole.LISTENER) != null;
    }

    /// All nodes; during a change, including the former ones.
    List<Member> all() {
        RaftConfiguration current = division.getRaftConf();
        return Stream.concat(
                        current.getAllPeers(RaftPeerRole.FOLLOWER).stream().map(each -> RaftPeers.member(each, true)),
                        current.getAllPeers(RaftPeerRole.LISTENER).stream().map(each -> RaftPeers.member(each, false)))
                .distinct()
                .toList();
    }

    /// The voting nodes.
    Voters voters() {
        Collection<RaftPeer> voting = division.getRaftConf().getAllPeers(RaftPeerRole.FOLLOWER);
        Set<String> others = voting.stream()
                .filter(each -> !each.getId().equals(RaftPeers.id(self)))
                .map(RaftPeer::getClientAddress)
                .collect(Collectors.toSet());
        return new Voters(others, others.size() < voting.size());
    }

    /// Returns true if this leader hears from a majority. Without this check, a leader that receives requests
    /// all the time does not notice that it has lost its majority, and continues to lead.
    boolean hasMajority() {
        Set<RaftPeerId> voting = ids(division.getRaftConf().getAllPeers(RaftPeerRole.FOLLOWER));
        Set<RaftPeerId> heard = new HashSet<>(heard());
        heard.add(RaftPeers.id(self));
        heard.retainAll(voting);
        return 2 * heard.size() > voting.size();
    }

    /// The nodes that this leader has heard from recently, the most recent first.
    private List<RaftPeerId> heard() {
        return division.getInfo().getRoleInfoProto().getLeaderInfo().getFollowerInfoList().stream()
                .filter(each -> each.getLastRpcElapsedTimeMs() < HEARD_MS)
                .sorted(Comparator.comparingLong(ServerRpcProto::getLastRpcElapsedTimeMs))
                .map(each -> RaftPeerId.valueOf(each.getId().getId()))
                .toList();
    }

    private static Set<RaftPeerId> ids(Collection<RaftPeer> peers) {
        return peers.stream().map(RaftPeer::getId).collect(Collectors.toSet());
    }

    /// Admits a node. A member with the same address and another id has lost its folder, and is replaced by
    /// the new node.
    ///
    /// After admitting a node that does not vote, this leader steps down: until a new leader is elected,
    /// Ratis 3.3 treats such a node as one that still has to catch up. Otherwise the next node could not be
    /// admitted, and if its admission fails for any reason, this leader would no longer send it anything.
    synchronized void add(Member member) throws IOException {
        RaftConfiguration current = division.getRaftConf();
        boolean isNew = current.getPeer(RaftPeers.id(member), RaftPeerRole.FOLLOWER, RaftPeerRole.LISTENER) == null;
        List<RaftPeer> voting = new ArrayList<>(current.getAllPeers(RaftPeerRole.FOLLOWER));
        List<RaftPeer> following = new ArrayList<>(current.getAllPeers(RaftPeerRole.LISTENER));
        for (List<RaftPeer> each : List.of(voting, following)) {
            each.removeIf(peer -> peer.getAddress().equals(member.address().toString()));
        }
        (member.votes() ? voting : following).add(RaftPeers.peer(member));
        configure(current, voting, following);
        if (isNew && !member.votes() && !handOver()) stepDown();
    }

    /// Removes a node. If it is this node, it first hands leadership over to another one, which must then be
    /// asked again.
    ///
    /// @throws ClusterRejectedException if there is no such node, or the remaining nodes would have no
    ///     majority
    void remove(String node) throws IOException {
        requireLeader();
        RaftConfiguration current = division.getRaftConf();
        Member removed = member(node);
        List<RaftPeer> voting = new ArrayList<>(current.getAllPeers(RaftPeerRole.FOLLOWER));
        List<RaftPeer> following = new ArrayList<>(current.getAllPeers(RaftPeerRole.LISTENER));
        for (List<RaftPeer> each : List.of(voting, following)) {
            each.removeIf(peer -> peer.getId().equals(RaftPeers.id(removed)));
        }
        if (voting.isEmpty()) {
            throw new ClusterRejectedException(
                    "It is the only voting node, and without it there is no cluster. Stop it instead.");
        }
        if (removed.equals(self)) {
            handOver();
            throw new NotLeaderException();
        }
        if (2 * answering(voting) <= voting.size()) {
            throw new ClusterRejectedException(
                    "The remaining nodes would have no majority, as too few of them answer: remove"
                            + " the nodes that do not answer first.");
        }
        configure(current, voting, following);
    }

    /// The number of voting nodes that answer now. Raft takes a while to notice that a node does not answer,
    /// and a change that begins without a majority blocks all publishes.
    private int answering(Collection<RaftPeer> voting) throws IOException {
        int answers = 0;
        for (RaftPeer each : voting) if (each.getId().equals(RaftPeers.id(self)) || answers(each)) answers++;
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

    /// Hands leadership over to another node.
    ///
    /// @throws ClusterRejectedException if there is no such node, or it does not vote or answer
    void lead(String node) throws IOException {
        requireLeader();
        Member next = member(node);
        if (next.equals(self)) return;
        if (!next.votes())
            throw new ClusterRejectedException("It only follows: it does not vote (cluster.votes), and can't lead.");
        if (!heard().contains(RaftPeers.id(next))) throw new ClusterRejectedException("It does not answer the leader.");
        handOver(List.of(RaftPeers.id(next)));
    }

    private void requireLeader() throws NotLeaderException {
        if (!division.getInfo().isLeader()) throw new NotLeaderException();
    }

    private Member member(String node) throws ClusterRejectedException {
        for (Member each : all()) {
            if (each.address().toString().equals(node) || each.hexId().equals(node)) return each;
        }
        throw new ClusterRejectedException("There is no such node in the cluster, whose nodes are "
                + all().stream().map(each -> each.address().toString()).collect(Collectors.joining(", ")) + ".");
    }

    private void configure(RaftConfiguration current, List<RaftPeer> voting, List<RaftPeer> following)
            throws IOException {
        // Fails if the configuration has changed in between.
        var arguments = SetConfigurationRequest.Arguments.newBuilder()
                .setMode(SetConfigurationRequest.Mode.COMPARE_AND_SET)
                .setServersInCurrentConf(List.copyOf(current.getAllPeers(RaftPeerRole.FOLLOWER)))
                .setListenersInCurrentConf(List.copyOf(current.getAllPeers(RaftPeerRole.LISTENER)))
                .setServersInNewConf(distinct(voting))
                .setListenersInNewConf(distinct(following))
                .build();
        RaftClientReply reply = raft.setConfiguration(requests.configuration(arguments));
        if (!reply.isSuccess()) throw new IOException("the nodes could not be changed: " + reply.getException());
    }

    /// The peers without duplicates: the last one of each id.
    private static List<RaftPeer> distinct(List<RaftPeer> peers) {
        Map<RaftPeerId, RaftPeer> byId = new LinkedHashMap<>();
        for (RaftPeer each : peers) byId.put(each.getId(), each);
        return List.copyOf(byId.values());
    }

    /// Returns true while this leader hands leadership over: it takes no proposals then.
    boolean isHandingOver() {
        return handOvers.get() > 0;
    }

    /// Hands leadership over if this node leads, so that publishes need not wait for an election.
    ///
    /// @return false if this node leads and no other one can
    boolean handOver() {
        if (!division.getInfo().isLeader()) return true;
        Set<RaftPeerId> voting = ids(division.getRaftConf().getAllPeers(RaftPeerRole.FOLLOWER));
        try {
            handOver(heard().stream().filter(voting::contains).toList());
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    @Override
    public StallCheck.@Nullable Indexes indexes() {
        DivisionInfo info = division.getInfo();
        if (!info.isAlive()) return null;
        RaftLog log = division.getRaftLog();
        return new StallCheck.Indexes(
                info.getLastAppliedIndex(), log.getLastCommittedIndex(), log.getFlushIndex(), log.getNextIndex() - 1);
    }

    @Override
    public void giveUp(long applied) throws InterruptedException {
        if (!division.getInfo().isLeader() || !hasMajority()) return;
        for (RaftPeer each : division.getRaftConf().getAllPeers(RaftPeerRole.FOLLOWER)) {
            if (each.getId().equals(RaftPeers.id(self)) || !hasApplied(each, applied)) continue;
            try {
                replaceBy(each.getId());
                return;
            } catch (IOException | RuntimeException failed) { // The latter if that node does not answer by gRPC.
                LOG.log(System.Logger.Level.INFO, "node " + each.getId() + " does not lead yet: " + failed);
            }
        }
    }

    private boolean hasApplied(RaftPeer peer, long index) throws InterruptedException {
        try {
            NodeStatus status = client.status(peer.getClientAddress());
            return status.state() == NodeStatus.State.MEMBER && status.problem() == null && status.applied() >= index;
        } catch (IOException _) {
            return false;
        }
    }

    /// Hands leadership over. If Ratis refuses to, as it does before this leader is ready, asks the node itself.
    private void replaceBy(RaftPeerId next) throws IOException {
        try {
            handOver(List.of(next));
        } catch (IOException _) {
            TermIndex last = division.getRaftLog().getLastEntryTermIndex();
            boolean isAccepted = raft.getServerRpc()
                    .startLeaderElection(requests.election(RaftPeers.id(self), next, last))
                    .getServerReply()
                    .getSuccess();
            if (!isAccepted) throw new IOException("it refuses to ask for votes");
            LOG.log(System.Logger.Level.INFO, "another node asks for votes, node=" + next);
        }
    }

    /// The index of the last entry of the order that this node has, committed or not.
    long last() {
        TermIndex last = division.getRaftLog().getLastEntryTermIndex();
        return last == null ? 0 : last.getIndex();
    }

    /// Asks for votes at once, as if the leader that is gone had handed leadership over to this node.
    ///
    /// @param goneLeader the request address of that leader
    void askForVotes(String goneLeader) throws IOException {
        RaftPeerId leader = division.getInfo().getLeaderId();
        RaftPeer peer = leader == null ? null : division.getRaftConf().getPeer(leader);
        TermIndex last = division.getRaftLog().getLastEntryTermIndex();
        if (peer == null || last == null || !peer.getClientAddress().equals(goneLeader)) return;
        boolean isAccepted = NodeRpcType.endpoint(raft)
                .startLeaderElection(requests.election(leader, RaftPeers.id(self), last))
                .getServerReply()
                .getSuccess();
        if (isAccepted) LOG.log(System.Logger.Level.INFO, "the leader's process is gone, this node asks for votes");
    }

    /// Gives up leadership if this node leads. It may be elected again.
    void stepDown() {
        try {
            raft.transferLeadershipAsync(requests.stepDown(HAND_OVER_MS));
        } catch (IOException failed) {
            LOG.log(System.Logger.Level.INFO, "leadership is kept: " + failed);
        }
    }

    /// Hands leadership over to the first of these nodes that takes it.
    ///
    /// @throws IOException if none does: the last refusal, each of which is logged
    private void handOver(List<RaftPeerId> candidates) throws IOException {
        handOvers.incrementAndGet();
        try {
            awaitQuiet();
            var refusal = new IOException("no other node can lead");
            for (RaftPeerId next : candidates) {
                try {
                    transfer(next);
                    return;
                } catch (IOException failed) {
                    LOG.log(System.Logger.Level.INFO, failed.getMessage());
                    refusal = failed;
                }
            }
            throw refusal;
        } finally {
            handOvers.decrementAndGet();
        }
    }

    /// Waits until all entries of this leader are committed and no new one follows, at most [#HAND_OVER_MS]. Ratis
    /// appends an entry of its own after each commit: a node that asks for votes before it has that entry does not
    /// get them from those that have it.
    private void awaitQuiet() {
        RaftLog log = division.getRaftLog();
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(HAND_OVER_MS);
        try {
            long last = -1;
            while (division.getInfo().isLeaderReady() && System.nanoTime() - deadline < 0) {
                long before = last;
                last = last();
                if (last == before && log.getLastCommittedIndex() == last) return;
                Thread.sleep(QUIET_MS);
            }
        } catch (IllegalStateException _) {
            // Ratis has closed the log, and refuses the hand-over.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void transfer(RaftPeerId next) throws IOException {
        var request = requests.transfer(next, HAND_OVER_MS);
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
}
