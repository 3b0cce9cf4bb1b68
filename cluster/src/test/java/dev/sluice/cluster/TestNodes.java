package dev.sluice.cluster;

import dev.sluice.core.replication.Order;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.IntFunction;

/// Some nodes' ends of one order, in this process.
final class TestNodes implements AutoCloseable {
    static final String TOKEN = "the token of the tests' nodes";

    private final List<RatisOrder> orders = new ArrayList<>();
    private final List<Runnable> closers = new ArrayList<>();

    /// @param listeners for each node
    static TestNodes start(Path folder, int size, IntFunction<Order.Listener> listeners) throws IOException {
        var nodes = new TestNodes();
        var group = UUID.randomUUID();
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < size; i++) members.add(new Member(i + 1, "127.0.0.1", Ports.free(), Ports.free(), true));
        for (int i = 0; i < size; i++) {
            var client = new NodeClient(TOKEN);
            var order = new RatisOrder(members.get(i), group, client);
            order.start(
                    folder.resolve("node-" + i),
                    members,
                    listeners.apply(i),
                    () -> Order.Position.NONE,
                    InstantSource.system());
            nodes.orders.add(order);
            nodes.closers.add(client::close);
            nodes.closers.add(order::close);
            nodes.closers.add(NodeServer.start(members.get(i), TOKEN, order)::close);
        }
        return nodes;
    }

    RatisOrder order(int node) {
        return orders.get(node);
    }

    @Override
    public void close() {
        closers.reversed().forEach(Runnable::run);
    }
}
