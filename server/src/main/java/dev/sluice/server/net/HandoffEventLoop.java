package dev.sluice.server.net;

import dev.sluice.core.log.DirectAppend;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.SingleThreadIoEventLoop;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// An event loop whose thread may write to the disk at the end of a turn, when nothing of the loop is half done. If the
/// disk makes it wait, [LoopWatch] hands the loop off to another thread, as Go's runtime does with what a thread in a
/// system call was to run: no other connection waits for longer than its ticks. One thread runs the loop at any time;
/// [#inEventLoop] says which. A thread that has lost the loop waits until it is needed again.
final class HandoffEventLoop extends SingleThreadIoEventLoop {
    private static final System.Logger LOG = System.getLogger(HandoffEventLoop.class.getName());

    /// How long tasks run before the turn ends, unless they are done.
    private static final long TASKS_NS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Executor threads;
    private final LoopWatch watch;

    /// What is to be asked for appends at the end of this turn. Used on this loop.
    private final Queue<Supplier<@Nullable DirectAppend>> lasts = new ArrayDeque<>(2);

    /// The thread that runs this loop; null before it has begun, and while it writes.
    private volatile @Nullable Thread owner;

    /// Odd while a write is under way: it begins with one step and ends with another, and who makes the second one has
    /// the
    /// loop.
    private final AtomicLong steps = new AtomicLong();

    private long seen; // Used by the watch.

    /// Threads that have lost this loop and wait for it.
    private final AtomicInteger spare = new AtomicInteger();

    private final Semaphore handoffs = new Semaphore(0);
    private volatile boolean isOver;
    private volatile @Nullable Throwable failure;

    HandoffEventLoop(IoEventLoopGroup parent, Executor threads, IoHandlerFactory io, LoopWatch watch) {
        super(parent, threads, io);
        this.threads = threads;
        this.watch = watch;
    }

    /// Asks for an append once the tasks of this turn have run. Call it on this loop.
    void atTurnEnd(Supplier<@Nullable DirectAppend> begun) {
        lasts.add(begun);
    }

    @Override
    public boolean inEventLoop(Thread thread) {
        return thread.equals(owner);
    }

    /// Ends on the thread on which it began, as Netty demands.
    @Override
    protected void run() {
        Thread first = Thread.currentThread();
        owner = first;
        ioHandler().initialize();
        serve();
        owner = first;
        if (failure != null) throw new IllegalStateException("an event loop failed", failure);
    }

    /// Runs this loop on the current thread, and again whenever it gets it back, until it is over. Only a thread that
    /// has
    /// the loop fails here.
    private void serve() {
        while (!isOver) {
            owner = Thread.currentThread();
            try {
                if (runTurns()) end();
            } catch (Throwable failed) {
                failure = failed;
                end();
            }
            if (!isOver) awaitHandoff();
        }
    }

    private void awaitHandoff() {
        spare.incrementAndGet();
        handoffs.acquireUninterruptibly();
    }

    /// Ends the threads that wait for this loop.
    private void end() {
        isOver = true;
        handoffs.release(Integer.MAX_VALUE / 2);
    }

    /// @return true: the loop is over; false: another thread runs it
    private boolean runTurns() {
        execute(() -> {}); // So that the first look at the sockets does not wait: the loop may be about to end.
        boolean hasLoop = endTurn(); // The one before this thread got the loop: there may be more to write.
        while (hasLoop) {
            runIo();
            if (isShuttingDown()) ioHandler().prepareToDestroy();
            runAllTasks(TASKS_NS);
            hasLoop = endTurn();
            if (hasLoop && confirmShutdown()) return endTurn(); // Of the tasks that it ran.
        }
        return false;
    }

    /// @return false if this thread has lost the loop
    private boolean endTurn() {
        for (Supplier<@Nullable DirectAppend> last = lasts.poll(); last != null; last = lasts.poll()) {
            DirectAppend append = begun(last);
            if (append != null && !write(append)) return false;
        }
        return true;
    }

    private static @Nullable DirectAppend begun(Supplier<@Nullable DirectAppend> last) {
        try {
            return last.get();
        } catch (Throwable failed) {
            report(failed);
            return null;
        }
    }

    /// Leaves the loop while it writes: nobody has it meanwhile. Allocates nothing, as there may be no memory: the
    /// append
    /// has reserved the log.
    ///
    /// @return false if this thread has lost the loop
    private boolean write(DirectAppend append) {
        Thread self = Thread.currentThread();
        long step = steps.get() + 1;
        owner = null;
        steps.set(step);
        watch.wake();
        try {
            append.write();
        } catch (Throwable failed) {
            report(failed);
        }
        boolean hasLoop = steps.compareAndSet(step, step + 1);
        if (hasLoop) owner = self;
        try {
            append.complete();
        } catch (Throwable failed) {
            report(failed);
        }
        return hasLoop;
    }

    /// Reports a failure, as of a task: the loop goes on.
    private static void report(Throwable failed) {
        try {
            LOG.log(Level.WARNING, "what an event loop did at the end of its turn failed", failed);
        } catch (Throwable ignored) { // There may be no memory for that, either.
            return;
        }
    }

    /// Hands this loop off to another thread if it is in the write in which it was at the last look. Called by the
    /// watch.
    ///
    /// @return whether there was a write since the last look
    boolean look() {
        long step = steps.get();
        if (step == seen) {
            boolean isWriting = step % 2 == 1;
            if (isWriting && steps.compareAndSet(step, step + 1)) handOff();
            return isWriting;
        }
        seen = step;
        return true;
    }

    private void handOff() {
        if (spare.getAndUpdate(count -> count > 0 ? count - 1 : count) > 0) {
            handoffs.release();
            return;
        }
        try {
            threads.execute(this::serve);
        } catch (Throwable noThread) { // As OutOfMemoryError. The thread that writes gets it back.
            spare.decrementAndGet();
            handoffs.release();
            throw noThread;
        }
    }
}
