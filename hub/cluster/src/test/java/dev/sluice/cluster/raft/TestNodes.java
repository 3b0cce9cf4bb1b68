package dev.sluice.cluster.raft;

import dev.sluice.cluster.NodesLogSubject;
import dev.sluice.cluster.order.StateMachine;
import dev.sluice.cluster.peers.Member;
import dev.sluice.cluster.peers.NodeClient;
import dev.sluice.cluster.peers.NodeServer;
import dev.sluice.cluster.peers.NodeStatus;
import dev.sluice.cluster.peers.TestNode;
import dev.sluice.core.Ports;
import dev.sluice.core.cluster.NodeAddress;
import dev.sluice.core.peers.ReplicationStatus;
import dev.sluice.core.replication.Order;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.IntFunction;

/// The orders of several nodes in this process.
final class TestNodes implements NodesLogSubject.Ends {
    private final Path folder;
    private final IntFunction<InstantSource> clocks;
    final UUID group = UUID.randomUUID();
    final List<Member> members = new ArrayList<>();
    private final List<RatisOrder> orders = new ArrayList<>();
    private final List<Runnable> closers = new ArrayList<>();

    /// @param listeners the listener of each node
    static TestNodes start(Path folder, int size, IntFunction<Order.Listener> listeners) throws IOException {
        return start(folder, size, listeners, _ -> InstantSource.system());
    }

    /// @param clocks the clock of each node
    static TestNodes start(
            Path folder, int size, IntFunction<Order.Listener> listeners, IntFunction<InstantSource> clocks)
            throws IOException {
        var nodes = new TestNodes(folder, size, clocks);
        nodes.start(listeners);
        return nodes;
    }

    private TestNodes(Path folder, int size, IntFunction<InstantSource> clocks) {
        this.folder = folder;
        this.clocks = clocks;
        for (int i = 0; i < size; i++) members.add(new Member(i + 1, new NodeAddress("127.0.0.1", Ports.free()), true));
    }

    /// Starts all nodes, again after [#close].
    void start(IntFunction<Order.Listener> listeners) throws IOException {
        orders.clear();
        closers.clear();
        for (int i = 0; i < members.size(); i++) {
            Member member = members.get(i);
            var client = new NodeClient(TestNode.TOKEN, null);
            var order = new RatisOrder(member, group, client, null, () -> {});
            order.start(folder(i), members, new End(listeners.apply(i)), clocks.apply(i));
            orders.add(order);
            closers.add(client::close);
            closers.add(order::close);
            var taker = new Taker(member.address(), order);
            closers.add(NodeServer.start(member.address(), TestNode.TOKEN, null, taker)::close);
        }
    }

    /// A replica that stores nothing.
    private record End(Order.Listener listener) implements StateMachine {
        @Override
        public void placed(Order.Position at, long stampMs, byte[] proposal) {
            listener.placed(at, stampMs, proposal);
        }

        @Override
        public void leaderChanged() {
            listener.leaderChanged();
        }

        @Override
        public Order.Position saved() {
            return Order.Position.NONE;
        }

        @Override
        public String failure() {
            return null;
        }

        @Override
        public void save() {}

        @Override
        public Set<Long> nodesWithLease() {
            return Set.of();
        }

        @Override
        public void needsCopy() {
            throw new AssertionError("nothing is cut off here");
        }

        @Override
        public void lacksAcknowledged(String seen, boolean isMajorityLeft) {
            throw new AssertionError(seen);
        }

        @Override
        public void orderEnded(String reason) {
            throw new AssertionError(reason);
        }
    }

    /// Takes proposals of other nodes and tells its status, and does nothing else for them.
    private static final class Taker extends TestNode {
        private final NodeAddress address;
        private final RatisOrder order;

        Taker(NodeAddress address, RatisOrder order) {
            this.address = address;
            this.order = order;
        }

        @Override
        public boolean place(List<byte[]> proposals) {
            return order.take(proposals);
        }

        @Override
        public NodeStatus status() {
            ReplicationStatus part = order.status();
            return new NodeStatus(
                    address.toString(),
                    NodeStatus.State.MEMBER,
                    true,
                    null,
                    null,
                    null,
                    null,
                    part.term(),
                    part.commit(),
                    part.applied(),
                    List.of(),
                    order.notReady(),
                    null);
        }
    }

    Path folder(int node) {
        return folder.resolve("node-" + node);
    }

    @Override
    public RatisOrder order(int node) {
        return orders.get(node);
    }

    @Override
    public void close() {
        closers.reversed().forEach(Runnable::run);
    }
}
