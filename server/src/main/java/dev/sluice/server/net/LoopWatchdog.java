package dev.sluice.server.net;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Looks every few milliseconds whether the disk keeps an event loop waiting ([HandoffEventLoop]), on a thread of its
/// own that sleeps once no loop has written for a while.
final class LoopWatchdog implements AutoCloseable {
    /// A loop waits for one to two ticks. A tick costs some twenty microseconds of the processor.
    private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(10);

    /// So many looks without a write, and it sleeps: waking it delays a publish that comes alone, by some forty
    /// microseconds; a look delays nobody.
    private static final int IDLE_TICKS = 10;

    private final Thread thread =
            Thread.ofPlatform().name("sluice-loop-watchdog").daemon().unstarted(this::run);

    private List<HandoffEventLoop> loops = List.of();
    private volatile boolean isAsleep;
    private volatile boolean isClosed;

    void start(List<HandoffEventLoop> all) {
        loops = all;
        thread.start();
    }

    /// Notes that a loop begins to write. Called from any thread.
    void wake() {
        if (!isAsleep) return;
        isAsleep = false;
        LockSupport.unpark(thread);
    }

    /// Whether it sleeps until a loop writes.
    boolean isAsleep() {
        return isAsleep;
    }

    @Override
    public void close() {
        isClosed = true;
        LockSupport.unpark(thread);
    }

    private void run() {
        int idleTicks = 0;
        while (!isClosed) {
            LockSupport.parkNanos(this, TICK_NS);
            idleTicks = look() ? 0 : idleTicks + 1;
            if (idleTicks < IDLE_TICKS) continue;
            sleep();
            idleTicks = 0;
        }
    }

    /// Sleeps until a loop writes.
    private void sleep() {
        isAsleep = true;
        // Looks again, as a write may have begun before it was known that this sleeps.
        while (isAsleep && !isClosed && !look()) LockSupport.park(this);
        isAsleep = false;
    }

    /// @return whether a loop has written since the last look
    private boolean look() {
        boolean hasWritten = false;
        for (HandoffEventLoop loop : loops) {
            try {
                hasWritten |= loop.look();
            } catch (Throwable failed) { // As OutOfMemoryError: the next write is watched all the same.
                HandoffEventLoop.report("an event loop that waits for the disk got no other thread", failed);
            }
        }
        return hasWritten;
    }
}
