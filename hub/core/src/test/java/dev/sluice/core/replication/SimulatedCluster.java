package dev.sluice.core.replication;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Pattern;
import dev.sluice.core.event.Entry;
import dev.sluice.core.index.EntryIterator;
import dev.sluice.core.index.Index;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.LogLimits;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.RetentionRules;
import dev.sluice.core.log.TestClock;
import dev.sluice.core.model.RandomLog;
import dev.sluice.core.sequencer.LogState;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Some nodes on a simulated order, in one thread, with a seeded scheduler. Proposals get lost, are placed twice and
/// late; nodes fall behind, are killed and start again from nothing; the leader's clock jumps.
///
/// Each node notes its state after each proposal, so that all of them can be compared at every index.
public final class SimulatedCluster implements AutoCloseable {
    public static final Duration TIMEOUT = Duration.ofSeconds(10);

    /// Proposals may get lost again, each time one in eight.
    private static final int SETTLING_ROUNDS = 40;

    private final Random random;
    private final LogLimits limits;
    private final RetentionRules rules;
    private final boolean keepsAll;
    private final Starter starter;
    private final Set<String> killed = new HashSet<>();
    private final List<Placed> order = new ArrayList<>();
    private final List<Delivery> onTheWay = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    private final List<String> states = new ArrayList<>();
    private final List<Long> digests = new ArrayList<>();
    private long nowMs = TestClock.BEGIN_MS;
    private boolean isSettling;

    /// A proposal at its place; the index is its number in the list, from 1.
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Placed(long stampMs, byte[] proposal) {
        @Override
        public String toString() {
            return stampMs + ": " + ProposalRecord.read(proposal);
        }
    }

    /// A proposal that has not been placed.
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Delivery(byte[] proposal) {}

    /// One publish, and its outcome as its publisher got it.
    ///
    /// @param process of the node that received it
    record Publish(String process, Publication publication, CompletionStage<AppendResult> outcome) {}

    /// @param keepsAll whether nothing is ever deleted, so that each publish can be found
    SimulatedCluster(
            Random random, int size, LogLimits limits, RetentionRules rules, boolean keepsAll, Starter starter) {
        this.random = random;
        this.starter = starter;
        this.keepsAll = keepsAll;
        this.limits = limits;
        this.rules = rules;
        for (int i = 0; i < size; i++) nodes.add(new Node(i));
    }

    /// Starts processes of nodes.
    public interface Starter {
        /// Starts a process on what the last one of the node has left.
        Process start(
                ReplicatedLog.Identity identity,
                Order order,
                LogLimits limits,
                RetentionRules rules,
                InstantSource clock);

        /// Puts a copy of what a process has in the place of what the last process of another node has left. Does
        /// nothing if processes keep nothing.
        default void copy(Process from, long to) {}
    }

    /// A process of a node.
    ///
    /// @param kill ends it without saving anything
    public record Process(ReplicatedLog log, Index index, Runnable kill) {}

    /// Processes that keep nothing.
    static Process inMemory(
            ReplicatedLog.Identity identity, Order order, LogLimits limits, RetentionRules rules, InstantSource clock) {
        Index index = MemoryNode.index(limits);
        ReplicatedLog log = MemoryNode.log(identity, order, index, limits, rules, clock, TIMEOUT);
        return new Process(log, index, log::close);
    }

    /// A node: its process may be replaced.
    final class Node implements Order {
        private final int number;
        private long incarnation;
        private int applied;
        private Process process;
        private boolean isDown;

        Node(int number) {
            this.number = number;
            process = start();
        }

        private Process start() {
            ReplicatedLog.Identity identity = new ReplicatedLog.Identity(number, ++incarnation);
            return starter.start(identity, this, limits, rules, () -> Instant.ofEpochMilli(nowMs));
        }

        private void stop() {
            killed.add(name());
            process.kill.run();
            isDown = true;
        }

        private void begin() {
            isDown = false;
            process = start();
            applied = (int) process.log.progress().index();
            if (applied > 0) note();
        }

        private void end() {
            if (!isDown) process.log.close();
        }

        private String name() {
            return number + "." + incarnation;
        }

        @Override
        public void propose(byte[] proposal) {
            if (random.nextInt(8) != 0) onTheWay.add(new Delivery(proposal));
            if (random.nextInt(12) == 0) onTheWay.add(new Delivery(proposal));
        }

        @Override
        public boolean isLeader() {
            return !isSettling && number == (int) (nowMs / 60_000 % nodes.size());
        }

        ReplicatedLog log() {
            return process.log;
        }

        private void apply() {
            Placed next = order.get(applied);
            process.log.placed(new Order.Position(++applied, 0), next.stampMs, next.proposal);
            note();
        }

        private void note() {
            String state = LogState.of(process.index) + "\n  holds " + process.log.table();
            long digest = process.log.progress().digest();
            if (applied > states.size()) {
                states.add(state);
                digests.add(digest);
                return;
            }
            require(
                    states.get(applied - 1).equals(state),
                    () -> "index " + applied + " of node " + number + " is\n" + state + "\nand was\n"
                            + states.get(applied - 1));
            require(digests.get(applied - 1) == digest, () -> "the digest of node " + number + " at index " + applied);
        }
    }

    private static void require(boolean holds, Supplier<String> what) {
        if (!holds) throw new AssertionError(what.get());
    }

    /// A command of a random publisher or operator at a random node.
    @Nullable
    Publish command(RandomLog draw) {
        Node node = draw.one(running());
        ReplicatedLog log = node.process.log;
        switch (keepsAll ? 30 : draw.upTo(30)) {
            case 0 -> log.delete(draw.channel());
            case 1 -> log.forgetKey(draw.channel(), draw.key());
            case 2 -> log.forget(draw.channel(), index().cursor(draw.upTo(60)));
            case 3 -> log.changeRules(rules(draw), true);
            case 4, 5 -> {
                List<Publication> batch = new ArrayList<>();
                for (int size = 1 + draw.upTo(5); size > 0; size--)
                    batch.add(draw.publication(draw.channel(), null, true));
                log.appendAll(batch);
            }
            default -> {
                Publication publication = draw.publication(draw.channel(), index().head(), true);
                return new Publish(node.name(), publication, log.append(publication));
            }
        }
        return null;
    }

    static RetentionRules rules(RandomLog draw) {
        List<RetentionRules.Rule> rules = new ArrayList<>();
        for (ChannelName channel : RandomLog.channels()) {
            if (channel.value().startsWith("$")) continue;
            rules.add(new RetentionRules.Rule(Pattern.of(channel.value()), draw.retention()));
        }
        return new RetentionRules(rules, Retention.ALL);
    }

    private Index index() {
        return running().getFirst().process.index;
    }

    /// One step of the order, a node or the clock.
    void step() {
        nowMs += random.nextInt(40) == 0 ? random.nextInt(300_000) : random.nextInt(200);
        switch (random.nextInt(12)) {
            case 0 -> anyRunning().log().maintain();
            case 1, 2, 3, 4 -> place();
            default -> apply(anyRunning());
        }
    }

    /// Kills a node; its process begins again.
    void kill() {
        Node node = anyRunning();
        node.stop();
        node.begin();
    }

    /// Kills a node; its next process begins with a copy of what another node has.
    void copy() {
        Node node = anyRunning();
        if (running().size() == 1) return;
        node.stop();
        starter.copy(anyRunning().process, node.number);
        node.begin();
    }

    /// Kills a node, unless it is the last one, or starts one that was.
    void stopOrStart() {
        Node node = nodes.get(random.nextInt(nodes.size()));
        if (node.isDown) node.begin();
        else if (running().size() > 1) node.stop();
    }

    boolean isRunning(long node) {
        return !nodes.get((int) node).isDown;
    }

    private List<Node> running() {
        return nodes.stream().filter(node -> !node.isDown).toList();
    }

    private Node anyRunning() {
        List<Node> running = running();
        return running.get(random.nextInt(running.size()));
    }

    private void place() {
        if (onTheWay.isEmpty()) return;
        byte[] proposal = onTheWay.remove(random.nextInt(Math.min(3, onTheWay.size()))).proposal;
        long skewMs = random.nextInt(20) == 0 ? random.nextInt(7_200_000) - 3_600_000 : 0;
        order.add(new Placed(nowMs + skewMs, proposal));
    }

    private void apply(Node node) {
        for (int i = random.nextInt(6); i >= 0 && node.applied < order.size(); i--) node.apply();
    }

    /// Lets everything that is under way arrive, and all nodes apply all of it.
    void settle() {
        isSettling = true;
        for (int round = 0; round < SETTLING_ROUNDS; round++) round();
    }

    /// Lets time pass, and what is under way arrive.
    void round() {
        nowMs += 1_500; // Late proposals are repeated.
        for (Node node : running()) node.log().maintain();
        while (!onTheWay.isEmpty()) place();
        for (Node node : running()) while (node.applied < order.size()) node.apply();
    }

    /// All entries of a node.
    List<Entry> entries() {
        return entries(nodes.getFirst().process, 0);
    }

    /// The entries after a position.
    static List<Entry> entries(Process process, long after) {
        List<Entry> entries = new ArrayList<>();
        try (EntryIterator iterator = process.index.source().after(after, Long.MAX_VALUE)) {
            for (Entry entry = iterator.next(); entry != null; entry = iterator.next()) entries.add(entry);
        }
        return entries;
    }

    List<Node> nodes() {
        return nodes;
    }

    boolean wasKilled(String process) {
        return killed.contains(process);
    }

    @Override
    public void close() {
        nodes.forEach(Node::end);
    }
}
