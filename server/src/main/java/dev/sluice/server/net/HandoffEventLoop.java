package dev.sluice.server.net;

import dev.sluice.core.log.InlineAppend;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.util.internal.ThreadExecutorMap;
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
/// disk makes it wait, [LoopWatchdog] hands the loop off to another thread, as Go's runtime does with what a thread in
/// a system call was to run: no other connection waits for longer than its ticks. One thread runs the loop at any time;
/// [#inEventLoop] says which. A thread that has lost the loop waits until it is needed again.
final class HandoffEventLoop extends SingleThreadIoEventLoop {
    private static final System.Logger LOG = System.getLogger(HandoffEventLoop.class.getName());

    private static final String WRITE_FAILED = "what an event loop did at the end of its turn failed";

    /// How long tasks run before the turn ends, unless they are done.
    private static final long TASKS_NS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Executor threads;
    private final LoopWatchdog watchdog;

    /// Suppliers that are asked for appends at the end of this turn. Used on this loop.
    private final Queue<Supplier<@Nullable InlineAppend>> lasts = new ArrayDeque<>(2);

    /// The thread that runs this loop; null before it has begun, and while it writes.
    private volatile @Nullable Thread owner;

    /// Odd while a write is under way: it begins with one step and ends with another, and who makes the second one has
    /// the loop.
    private final AtomicLong steps = new AtomicLong();

    private long seen; // Used by the watchdog.

    /// Threads that have lost this loop and wait for it.
    private final AtomicInteger spare = new AtomicInteger();

    private final Semaphore handoffs = new Semaphore(0);
    private volatile boolean isOver;
    private volatile @Nullable Throwable failure;

    HandoffEventLoop(IoEventLoopGroup parent, Executor threads, IoHandlerFactory io, LoopWatchdog watchdog) {
        super(parent, threads, io);
        this.threads = ThreadExecutorMap.apply(threads, this); // Netty keeps buffers by thread for those of loops only.
        this.watchdog = watchdog;
    }

    /// Asks for an append once the tasks of this turn have run. Call it on this loop.
    void atTurnEnd(Supplier<@Nullable InlineAppend> begun) {
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
    /// has the loop fails here.
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
        doNotWait(); // The thread before this one may have left writes, and the loop may be about to end.
        while (true) {
            runIo();
            if (isShuttingDown()) ioHandler().prepareToDestroy();
            runAllTasks(TASKS_NS);
            if (!endTurn()) return false;
            if (confirmShutdown()) return endTurn(); // Of the tasks that it ran.
        }
    }

    /// Appends what the tasks of this turn have published, and runs the tasks that this brings about:
    /// answers, and deliveries. Sockets need not be looked at for them. Publishes of these tasks are of the
    /// next turn, so that sockets are served in between.
    ///
    /// @return false if this thread has lost the loop
    private boolean endTurn() {
        int asked = lasts.size();
        for (int left = asked; left > 0; left--) {
            InlineAppend append = begun(lasts.remove());
            if (append != null && !write(append)) return false;
        }
        if (asked > 0) runAllTasks(TASKS_NS);
        if (!lasts.isEmpty()) doNotWait();
        return true;
    }

    /// Has the next look at the sockets return at once.
    private void doNotWait() {
        execute(() -> {});
    }

    private static @Nullable InlineAppend begun(Supplier<@Nullable InlineAppend> last) {
        try {
            return last.get();
        } catch (Throwable failed) {
            report(WRITE_FAILED, failed);
            return null;
        }
    }

    /// Leaves the loop while it writes: nobody has it meanwhile. Allocates nothing, as there may be no memory: the
    /// append has reserved the log.
    ///
    /// @return false if this thread has lost the loop
    private boolean write(InlineAppend append) {
        Thread self = Thread.currentThread();
        long step = steps.get() + 1;
        owner = null;
        steps.set(step);
        watchdog.wake();
        try {
            append.write();
        } catch (Throwable failed) {
            report(WRITE_FAILED, failed);
        }
        boolean hasLoop = steps.compareAndSet(step, step + 1);
        if (hasLoop) owner = self;
        try {
            append.complete();
        } catch (Throwable failed) {
            report(WRITE_FAILED, failed);
        }
        return hasLoop;
    }

    /// Reports a failure that ends nothing.
    static void report(String what, Throwable failed) {
        try {
            LOG.log(Level.WARNING, what, failed);
        } catch (Throwable ignored) { // There may be no memory for that, either.
            return;
        }
    }

    /// Hands this loop off to another thread if it is in the write in which it was at the last look. For the
    /// watchdog, on its thread.
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
