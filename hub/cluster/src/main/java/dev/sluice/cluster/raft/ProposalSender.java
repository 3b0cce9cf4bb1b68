package dev.sluice.cluster.raft;

import dev.sluice.cluster.order.Leader;
import dev.sluice.core.replication.Order;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Sends this node's proposals to the leader in order, on its own thread. A proposal that can't be sent is
/// lost; the node proposes it again, at the latest when there is another leader.
///
/// The same thread notifies the node's replica of new leaders and lost nodes, because Ratis reports them
/// while it holds its locks.
final class ProposalSender implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ProposalSender.class.getName());

    /// The maximum number of waiting proposals: four, and earlier ones that the leader took without an answer.
    private static final int WAITING_MAX = 64;

    /// The interval between two checks for a leader.
    private static final long LOOK_MS = 20;

    private final RatisOrder order;
    private final Deque<byte[]> waiting = new ArrayDeque<>();
    private @Nullable Thread thread;

    private boolean leaderChanged;
    private final Set<Long> lost = new LinkedHashSet<>();
    private boolean closed;

    ProposalSender(RatisOrder order) {
        this.order = order;
    }

    synchronized void start(Order.Listener listener) {
        thread = Thread.ofPlatform().name("proposals").daemon().start(() -> run(listener));
    }

    /// Takes a proposal, unless it waits already: a repeated proposal is the same array.
    synchronized void send(byte[] proposal) {
        if (waiting.contains(proposal)) return; // Arrays are equal only to themselves.
        if (waiting.size() == WAITING_MAX) waiting.remove();
        waiting.add(proposal);
        notifyAll();
    }

    /// Takes all proposals in flight in place of those that wait.
    synchronized void repeat(List<byte[]> proposals) {
        waiting.clear();
        waiting.addAll(proposals);
        notifyAll();
    }

    /// The number of waiting proposals.
    synchronized int proposals() {
        return waiting.size();
    }

    /// Called when the leader changed: proposals that the former leader had may be lost.
    synchronized void leaderChanged() {
        leaderChanged = true;
        notifyAll();
    }

    /// Called when there has been no contact with another node for a while.
    synchronized void nodeLost(long node) {
        lost.add(node);
        notifyAll();
    }

    private void run(Order.Listener listener) {
        try {
            while (awaitWork()) {
                if (!work(listener)) Thread.sleep(LOOK_MS);
            }
        } catch (InterruptedException _) {
            // The order was closed.
        }
    }

    /// A failure does not end the thread, without which the node would propose nothing more.
    ///
    /// @return false if the work that is left has to wait
    private boolean work(Order.Listener listener) throws InterruptedException {
        boolean isChanged = takeChange();
        try {
            if (isChanged) listener.leaderChanged();
            takeLost().forEach(listener::nodeLost);
            List<byte[]> next = next();
            if (!bring(next)) return false;
            remove(next);
            return true;
        } catch (RuntimeException | Error failed) {
            LOG.log(System.Logger.Level.ERROR, "proposals could not be sent; they are sent again", failed);
            if (isChanged) leaderChanged();
            return false;
        }
    }

    private synchronized boolean awaitWork() throws InterruptedException {
        while (!closed && !leaderChanged && lost.isEmpty() && waiting.isEmpty()) wait();
        return !closed;
    }

    private synchronized boolean takeChange() {
        boolean changed = leaderChanged;
        leaderChanged = false;
        if (changed) waiting.clear(); // All proposals in flight are proposed again.
        return changed;
    }

    private synchronized List<Long> takeLost() {
        List<Long> nodes = List.copyOf(lost);
        lost.clear();
        return nodes;
    }

    private synchronized List<byte[]> next() {
        return List.copyOf(waiting);
    }

    private boolean bring(List<byte[]> proposals) throws InterruptedException {
        if (proposals.isEmpty()) return true;
        return switch (order.place(proposals)) {
            case Leader.Self() -> true;
            case Leader.None() -> false;
            case Leader.Other(String address) -> order.forward(address, proposals);
        };
    }

    private synchronized void remove(List<byte[]> brought) {
        waiting.removeAll(brought);
    }

    @Override
    public void close() {
        Thread ended;
        synchronized (this) {
            closed = true;
            ended = thread;
            notifyAll();
        }
        if (ended != null) ended.interrupt();
    }
}
