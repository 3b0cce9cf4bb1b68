package dev.sluice.core.log;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.core.memory.MemoryLogBuilder;
import dev.sluice.core.metrics.AppendCount;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// A leader and a follower, seen from the follower: the leader acknowledges writes, and reads return what the follower
/// has received of the same order. The test, or a thread of its own, decides when it receives more.
///
/// The follower repeats the leader's calls at the leader's times, so that both logs in memory reach the same state.
public final class LaggingLog extends ForwardingLog {
    private final InstantSource clock;
    private final TestClock leaderClock = new TestClock();
    private final TestClock followerClock;
    private final MemoryLog leader;
    private final MemoryLog follower;
    private final Queue<Step> ahead = new ArrayDeque<>();
    private boolean isIdle = true;
    private boolean closed;

    private record Step(long timeMs, Runnable action) {}

    /// Opens both nodes; the follower receives nothing until [#advance] or [#follow].
    ///
    /// @param options configures the logs of both nodes
    public LaggingLog(InstantSource clock, UnaryOperator<MemoryLogBuilder> options) {
        this(clock, options, new TestClock());
    }

    private LaggingLog(InstantSource clock, UnaryOperator<MemoryLogBuilder> options, TestClock followerClock) {
        MemoryLog follower = node(options, followerClock);
        super(follower);
        this.clock = clock;
        this.followerClock = followerClock;
        this.follower = follower;
        leader = node(options, leaderClock);
    }

    private static MemoryLog node(UnaryOperator<MemoryLogBuilder> options, TestClock clock) {
        return options.apply(MemoryLog.builder(clock).epoch(new Epoch("lagging")))
                .open();
    }

    /// Starts a thread on which this node follows as fast as it can.
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
            throw new IllegalStateException("the follower was interrupted", impossible);
        }
        return !closed;
    }

    /// Receives at most this many of the leader's writes.
    public void advance(int steps) {
        for (int i = 0; i < steps; i++) {
            synchronized (follower) { // One at a time and in order; its listeners may write.
                Step step;
                synchronized (this) {
                    step = ahead.poll();
                    if (step == null || closed) return;
                }
                followerClock.set(step.timeMs);
                step.action.run();
                synchronized (this) {
                    isIdle = ahead.isEmpty();
                    notifyAll();
                }
            }
        }
    }

    /// Receives all of the leader's writes.
    public void catchUp() {
        advance(Integer.MAX_VALUE);
    }

    /// Waits until this node has received all earlier writes, if it follows on its own thread.
    public void awaitCaughtUp() {
        long deadlineNs = System.nanoTime() + 20_000_000_000L;
        synchronized (this) {
            try {
                while (!isIdle && !closed) {
                    if (System.nanoTime() > deadlineNs)
                        throw new IllegalStateException("the follower did not catch up within 20 s");
                    wait(1_000);
                }
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException("the test was interrupted", interrupted);
            }
        }
    }

    /// The log of the leader.
    public Log leader() {
        return leader;
    }

    private synchronized <T> CompletionStage<T> write(Function<MemoryLog, CompletionStage<T>> change) {
        long nowMs = clock.millis();
        leaderClock.set(nowMs);
        CompletionStage<T> acknowledged = change.apply(leader);
        if (!closed) enqueue(nowMs, () -> repeat(change, TestLog.get(acknowledged)));
        return acknowledged;
    }

    private <T> void repeat(Function<MemoryLog, CompletionStage<T>> change, T outcome) {
        T same = TestLog.get(change.apply(follower));
        if (!outcome.equals(same)) throw new IllegalStateException("leader: " + outcome + ", follower: " + same);
    }

    private void enqueue(long nowMs, Runnable step) {
        ahead.add(new Step(nowMs, step));
        isIdle = false;
        notifyAll();
    }

    /// The leader decides.
    @Override
    public LogStatus status() {
        return leader.status();
    }

    @Override
    public Map<AppendCount, Long> outcomes() {
        return leader.outcomes();
    }

    /// Maintains the leader; this node follows.
    @Override
    public synchronized void maintain() {
        long nowMs = clock.millis();
        leaderClock.set(nowMs);
        leader.maintain();
        enqueue(nowMs, follower::maintain);
    }

    @Override
    public CompletionStage<AppendResult> append(Publication publication) {
        return write(log -> log.append(publication));
    }

    @Override
    public CompletionStage<AppendResult.Batch> appendAll(List<Publication> publications) {
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

    /// The leader is done before it takes anything else, so that both have the same order.
    @Override
    public CompletionStage<List<RetentionLoss>> changeRules(RetentionRules rules, boolean isConfirmed) {
        return write(log -> CompletableFuture.completedStage(TestLog.get(log.changeRules(rules, isConfirmed))));
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
