package dev.sluice.core.log;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.core.memory.MemoryLogBuilder;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// Two nodes, seen from the second: writes go to a leader and are acknowledged by it, and this node reads what
/// it has of the same order, which is what a test, or a thread of its own, lets it have.
///
/// The follower repeats what was done on the leader, at the leader's time: a log in memory comes to the same
/// state then.
public final class LaggingLog extends ForwardingLog {
    private final InstantSource clock;
    private final TestClock leaderClock = new TestClock();
    private final TestClock followerClock;
    private final MemoryLog leader;
    private final MemoryLog follower;
    private final Queue<Step> ahead = new ArrayDeque<>();
    private boolean isIdle = true;
    private boolean closed;

    private record Step(long timeMs, Runnable what) {}

    /// Two nodes; nothing is followed until a test says so.
    ///
    /// @param kind what the logs of both nodes are like
    public LaggingLog(InstantSource clock, UnaryOperator<MemoryLogBuilder> kind) {
        this(clock, kind, new TestClock());
    }

    private LaggingLog(InstantSource clock, UnaryOperator<MemoryLogBuilder> kind, TestClock followerClock) {
        MemoryLog follower = node(kind, followerClock);
        super(follower);
        this.clock = clock;
        this.followerClock = followerClock;
        this.follower = follower;
        leader = node(kind, leaderClock);
    }

    private static MemoryLog node(UnaryOperator<MemoryLogBuilder> kind, TestClock clock) {
        return kind.apply(MemoryLog.builder(clock).epoch(new Epoch("lagging"))).open();
    }

    /// From now on this node follows by itself, as fast as it can.
    public synchronized LaggingLog follow() {
        Thread.ofVirtual().name("follower").start(() -> {
            while (await()) advance(1);
        });
        return this;
    }

    private synchronized boolean await() {
        try {
            while (ahead.isEmpty() && !closed) wait();
        } catch (InterruptedException impossible) {
            throw new IllegalStateException("nobody interrupts the follower", impossible);
        }
        return !closed;
    }

    /// Takes over at most so many of the leader's writes.
    public void advance(int steps) {
        for (int i = 0; i < steps; i++) {
            synchronized (follower) { // One at a time and in order; the listeners it calls may write.
                Step step;
                synchronized (this) {
                    step = ahead.poll();
                    if (step == null || closed) return;
                }
                followerClock.set(step.timeMs);
                step.what.run();
                synchronized (this) {
                    isIdle = ahead.isEmpty();
                    notifyAll();
                }
            }
        }
    }

    /// Takes over all that the leader has.
    public void catchUp() {
        advance(Integer.MAX_VALUE);
    }

    /// Waits until this node has what was written before, if it follows by itself.
    public void awaitCaughtUp() {
        long deadlineNs = System.nanoTime() + 20_000_000_000L;
        synchronized (this) {
            try {
                while (!isIdle && !closed) {
                    if (System.nanoTime() > deadlineNs) throw new IllegalStateException("the follower does not follow");
                    wait(1_000);
                }
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException("the test was interrupted", interrupted);
            }
        }
    }

    /// How many of the leader's writes this node does not have.
    public synchronized int lag() {
        return ahead.size();
    }

    /// The other node, which has everything.
    public Log leader() {
        return leader;
    }

    private synchronized <T> CompletionStage<T> write(Function<MemoryLog, CompletionStage<T>> what) {
        long nowMs = clock.millis();
        leaderClock.set(nowMs);
        CompletionStage<T> acknowledged = what.apply(leader);
        if (!closed) then(nowMs, () -> repeat(what, TestLog.get(acknowledged)));
        return acknowledged;
    }

    private <T> void repeat(Function<MemoryLog, CompletionStage<T>> what, T outcome) {
        T same = TestLog.get(what.apply(follower));
        if (!outcome.equals(same)) throw new IllegalStateException("leader: " + outcome + ", follower: " + same);
    }

    private void then(long nowMs, Runnable step) {
        ahead.add(new Step(nowMs, step));
        isIdle = false;
        notifyAll();
    }

    /// On the leader; this node follows.
    @Override
    public synchronized void maintain() {
        long nowMs = clock.millis();
        leaderClock.set(nowMs);
        leader.maintain();
        then(nowMs, follower::maintain);
    }

    @Override
    public CompletionStage<Appended> append(Publication publication) {
        return write(log -> log.append(publication));
    }

    @Override
    public CompletionStage<Appended.Batch> appendAll(List<Publication> publications) {
        List<Publication> all = List.copyOf(publications);
        return write(log -> log.appendAll(all));
    }

    @Override
    public CompletionStage<Boolean> delete(ChannelName channel) {
        return write(log -> log.delete(channel));
    }

    @Override
    public CompletionStage<Boolean> forget(ChannelName channel, Cursor id) {
        return write(log -> log.forget(channel, id));
    }

    @Override
    public CompletionStage<Integer> forgetKey(ChannelName channel, String key) {
        return write(log -> log.forgetKey(channel, key));
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        synchronized (follower) { // Not in the middle of a step.
            leader.close();
            follower.close();
        }
    }
}
