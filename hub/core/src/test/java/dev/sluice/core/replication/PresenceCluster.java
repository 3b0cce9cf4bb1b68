package dev.sluice.core.replication;

import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.index.EntryIterator;
import dev.sluice.core.index.EntryStore;
import dev.sluice.core.index.Epochs;
import dev.sluice.core.index.Index;
import dev.sluice.core.index.IndexReader;
import dev.sluice.core.log.LogLimits;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.RetentionRules;
import dev.sluice.core.log.TestClock;
import dev.sluice.core.log.TestLog;
import dev.sluice.core.presence.Members;
import dev.sluice.core.presence.Membership;
import dev.sluice.core.presence.Presence;
import dev.sluice.core.presence.PresenceListener;
import dev.sluice.core.presence.PresenceSettings;
import dev.sluice.core.sequencer.Sequencer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Nodes in memory with presence, on an order that places each proposal once, in one thread. Time and what happens to
/// nodes are up to the test; owners of presence run after each step.
final class PresenceCluster implements AutoCloseable {
    private static final int TICK_MS = 250;

    final List<String> failures = new ArrayList<>();
    PresenceSettings settings = PresenceSettings.DEFAULTS;
    Node leader;
    private final TestClock wall = new TestClock();
    private final Deque<byte[]> underWay = new ArrayDeque<>();
    private final List<Placed> order = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    private long elapsedMs = 1;

    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Placed(long stampMs, byte[] proposal) {}

    /// Appends what all nodes have before the order begins.
    private final Consumer<Sequencer> before;

    PresenceCluster() {
        this(sequencer -> {});
    }

    PresenceCluster(Consumer<Sequencer> before) {
        this.before = before;
        leader = add();
    }

    /// A further node, which starts with an empty log.
    Node add() {
        Node node = new Node(nodes.size() + 1);
        nodes.add(node);
        settle();
        return node;
    }

    /// A node: its process may be replaced.
    final class Node implements Order {
        private final long id;
        private final Deque<Runnable> owner = new ArrayDeque<>();
        private long incarnation;
        private int applied;
        private boolean isDown;
        private Index index;
        private ReplicatedLog log;
        private Presence presence;

        /// Whether it is cut off from the others for now: its proposals get lost, or come [late][#arriveLate].
        boolean isAlone;

        private final List<byte[]> late = new ArrayList<>();

        /// Up to where it applies the order: it catches up slowly.
        int behindAt = Integer.MAX_VALUE;

        /// Runs once a proposal is applied for readers, and not yet for presence.
        Runnable onApplied = () -> {};

        /// Runs when presence's owner has got a task.
        Runnable onTask = () -> {};

        private Node(long id) {
            this.id = id;
            index = open();
            log = replica();
            presence = join();
        }

        private Index open() {
            return new Index(Epochs.of(new Epoch("e")), LogLimits.builder().build(), EntryStore.NONE);
        }

        private ReplicatedLog replica() {
            RetentionRules rules = new RetentionRules(List.of(), Retention.ALL);
            Sequencer sequencer = new Sequencer(index, LogLimits.builder().build(), Sequencer.ofAllChannels(rules));
            before.accept(sequencer);
            sequencer.apply();
            return new ReplicatedLog(
                    new ReplicatedLog.Identity(id, ++incarnation),
                    this,
                    index,
                    sequencer,
                    new IndexReader(index, new DirectReads()),
                    new Store(),
                    rules,
                    wall,
                    Duration.ofSeconds(10));
        }

        /// Keeps nothing.
        private final class Store implements ReplicaStore {
            @Override
            public ReplicaProgress progress() {
                return ReplicaProgress.NONE;
            }

            @Override
            public MemberLeaseStore holds() {
                return MemberLeaseStore.NONE;
            }

            @Override
            public void applied(ReplicaProgress progress) {
                onApplied.run();
            }

            @Override
            public Order.Position saved() {
                return Order.Position.NONE;
            }

            @Override
            public void save(ReplicaProgress progress) {}

            @Override
            public void close(@Nullable ReplicaProgress progress) {}
        }

        private Presence join() {
            return Presence.open(log, settings, this::execute, () -> elapsedMs, new Failures());
        }

        void start() {
            index = open();
            log = replica();
            applied = 0;
            isDown = false;
            presence = join();
            settle();
        }

        /// Ends the process without a goodbye.
        void kill() {
            presence.close();
            log.close();
            owner.clear();
            isDown = true;
        }

        void restart() {
            kill();
            start();
        }

        /// Starts its next process, which has what the last one had, and nothing more yet.
        void restartBehind() {
            kill();
            behindAt = applied;
            start();
        }

        private void apply() {
            Placed next = order.get(applied);
            log.placed(new Order.Position(++applied, 0), next.stampMs, next.proposal);
        }

        @Override
        public void propose(byte[] proposal) {
            (isAlone ? late : underWay).add(proposal);
        }

        /// The proposals it made while it was cut off arrive, in their order.
        void arriveLate() {
            underWay.addAll(late);
        }

        @Override
        public boolean isLeader() {
            return leader == this;
        }

        Membership join(String channel, String client) {
            Membership membership = presence.join(new ChannelName(channel), client);
            settle();
            return () -> {
                membership.close();
                settle();
            };
        }

        /// The list that the owner makes when it comes to it.
        CompletionStage<Members> later(String channel) {
            return presence.members(Grant.EVERYTHING, new ChannelName(channel));
        }

        Members list(String channel) {
            var list = later(channel);
            runOwner();
            return TestLog.get(list);
        }

        List<String> names(String channel) {
            return list(channel).members().stream().map(Members.Member::client).toList();
        }

        boolean isFull() {
            return presence.free() == 0;
        }

        private void execute(Runnable task) {
            owner.add(task);
            onTask.run();
        }

        private void runOwner() {
            for (Runnable next = owner.poll(); next != null; next = owner.poll()) next.run();
        }

        /// The events of a shadow after a cursor as `+alice` and `-alice`.
        List<String> written(String channel, Cursor after) {
            List<String> changes = new ArrayList<>();
            try (EntryIterator entries = index.source().after(after.position(), Long.MAX_VALUE)) {
                for (Entry entry = entries.next(); entry != null; entry = entries.next()) {
                    if (!entry.channel().value().equals("$presence/" + channel)) continue;
                    Event event = (Event) entry;
                    changes.add((event.isKeyEnd() ? "-" : "+") + event.key());
                }
            }
            return changes;
        }

        List<String> written(String channel) {
            return written(channel, index.cursor(0));
        }

        MemberLeaseTable table() {
            return log.table();
        }

        ReplicatedLog log() {
            return log;
        }
    }

    private final class Failures implements PresenceListener {
        @Override
        public void onWritesFailing(ChannelName channel, String reason) {
            failures.add(channel + ": " + reason);
        }

        @Override
        public void onWritesRecovered() {
            failures.add("recovered");
        }

        @Override
        public void onUnreadable(ChannelName channel, Throwable failure) {
            throw new AssertionError(failure);
        }
    }

    /// The proposals that were placed.
    int placed() {
        return order.size();
    }

    /// Has all that is under way placed, applied and answered.
    void settle() {
        boolean isBusy = true;
        while (isBusy) {
            while (!underWay.isEmpty()) order.add(new Placed(wall.millis(), underWay.remove()));
            for (Node each : nodes) {
                if (each.isDown) continue;
                while (!each.isAlone && each.applied < Math.min(order.size(), each.behindAt)) each.apply();
                each.runOwner();
            }
            isBusy = !underWay.isEmpty();
        }
    }

    void advance(Duration time) {
        for (long end = elapsedMs + time.toMillis(); elapsedMs < end; ) {
            elapsedMs += TICK_MS;
            wall.advance(Duration.ofMillis(TICK_MS));
            for (Node each : nodes) {
                if (each.isDown) continue;
                each.presence.tick();
                if (elapsedMs % 1_000 < TICK_MS) each.log.maintain();
            }
            settle();
        }
    }

    void advanceSeconds(int seconds) {
        advance(Duration.ofSeconds(seconds));
    }

    /// The leader loses contact with a node.
    void lose(Node node) {
        leader.log.nodeLost(node.id);
        settle();
    }

    @Override
    public void close() {
        for (Node each : nodes) if (!each.isDown) each.kill();
    }
}
