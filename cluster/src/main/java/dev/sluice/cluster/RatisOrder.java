package dev.sluice.cluster;

import dev.sluice.core.replication.Order;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.jspecify.annotations.Nullable;

/// A node's end of an order that Raft keeps: a proposal has its place once a majority of the voting nodes has it on
/// disk (fsync). Methods may be called from any thread.
public final class RatisOrder implements Order {
    private static final System.Logger LOG = System.getLogger(RatisOrder.class.getName());

    /// Keeps Ratis from telling each step, at a level that an operator reads. A field, as loggers are collected.
    private static final Logger RATIS_LOG = Logger.getLogger("org.apache.ratis");

    static {
        if (RATIS_LOG.getLevel() == null) RATIS_LOG.setLevel(Level.SEVERE);
    }

    private final Member self;
    private final RaftGroupId group;
    private final NodeClient client;
    private final ClientId clientId = ClientId.randomId();
    private final AtomicLong calls = new AtomicLong();
    private final ProposalSender sender;
    private @Nullable RaftServer server;
    private volatile RaftServer.@Nullable Division division;

    /// @param group the same for all nodes of a cluster
    public RatisOrder(Member self, java.util.UUID group, NodeClient client) {
        this.self = self;
        this.group = RaftGroupId.valueOf(group);
        this.client = client;
        sender = new ProposalSender(this);
    }

    /// Starts to take part. What was committed while the node was away is handed over, then what is placed now.
    ///
    /// @param folder   keeps the Raft log
    /// @param members  of a new cluster, all of them the same; empty: the node waits to be added to one
    /// @param saved    up to where the node's replica is on disk
    /// @param clock    stamps proposals while this node leads
    /// @throws IOException if the Raft log can't be read, or the port can't be used
    public void start(
            Path folder,
            Collection<Member> members,
            Order.Listener listener,
            Supplier<Position> saved,
            InstantSource clock)
            throws IOException {
        boolean isNew = isEmpty(folder.resolve("raft"));
        RaftGroup peers =
                RaftGroup.valueOf(group, members.stream().map(Member::peer).toList());
        server = RaftServer.newBuilder()
                .setServerId(self.peerId())
                .setGroup(peers)
                .setOption(isNew ? RaftStorage.StartupOption.FORMAT : RaftStorage.StartupOption.RECOVER)
                .setProperties(RaftSettings.of(folder, self))
                .setStateMachine(new ReplicaStateMachine(listener, saved, clock, sender::leaderChanged))
                .build();
        server.start();
        division = server.getDivision(group);
        sender.start(listener);
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

    /// The leader, as this node knows it.
    Leader leader() {
        RaftServer.Division now = division;
        if (now == null) return Leader.NONE;
        DivisionInfo info = now.getInfo();
        if (info.isLeader()) return info.isLeaderReady() ? Leader.SELF : Leader.NONE;
        RaftPeerId id = info.getLeaderId();
        RaftPeer peer = id == null ? null : now.getRaftConf().getPeer(id);
        return peer == null ? Leader.NONE : new Leader.Other(Member.id(peer.getId()), peer.getClientAddress());
    }

    /// Sends proposals to another node.
    ///
    /// @return whether it took them
    boolean forward(String nodeAddress, Iterable<byte[]> proposals) throws InterruptedException {
        return client.propose(nodeAddress, proposals);
    }

    @Override
    public void close() {
        sender.close();
        RaftServer raft = server;
        if (raft == null) return;
        try {
            raft.close();
        } catch (IOException failed) {
            LOG.log(System.Logger.Level.WARNING, "Raft did not end well", failed);
        }
    }
}
