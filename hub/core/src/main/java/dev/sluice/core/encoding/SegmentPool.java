package dev.sluice.core.encoding;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/// The encoded events of all event loops, within a memory budget. Memory is released when all readers have
/// passed it or the budget is exceeded, whichever comes first; a reader that still needs a released event
/// encodes it again from the log.
///
/// Loops share segments without locks or reference counts: a segment is freed only after each loop has run a task
/// of the pool since its retirement, and no loop keeps an address from one task to the next.
public final class SegmentPool {
    private final long budgetBytes;
    private final List<? extends Executor> loops;
    private final Queue<Segment> filled = new ConcurrentLinkedQueue<>();
    private final AtomicLong filledBytes = new AtomicLong();
    private final AtomicLong heldBytes = new AtomicLong();

    /// Held while segments are retired. Loops only try it: if another thread holds it, that thread does the work.
    private final ReentrantLock retiring = new ReentrantLock();

    /// @param budgetBytes the budget for filled segments; each loop has one more that is being filled
    public SegmentPool(long budgetBytes, List<? extends Executor> loops) {
        this.budgetBytes = budgetBytes;
        this.loops = loops;
    }

    /// Native memory held, in bytes: segments in use and retired segments that are not freed yet.
    public long heldBytes() {
        return heldBytes.get();
    }

    Segment allocate(int bytesMin, long first) {
        Segment segment = new Segment(Math.max(Segment.BYTES, bytesMin), first);
        heldBytes.addAndGet(segment.capacity());
        return segment;
    }

    void filled(Segment segment) {
        filled.add(segment);
        if (filledBytes.addAndGet(segment.capacity()) > budgetBytes) {
            // Retire an eighth more than needed; otherwise each new segment would post a task to every loop.
            retireWhile(_ -> filledBytes.get() > budgetBytes - budgetBytes / 8);
        }
    }

    /// Releases segments that all readers have passed. Called about once a second with the lowest position of
    /// all loops.
    public void releaseUpTo(long lowest) {
        retireWhile(segment -> segment.newest() <= lowest);
    }

    private void retireWhile(Predicate<Segment> isDue) {
        if (!retiring.tryLock()) return;
        try {
            for (Segment segment = filled.peek(); segment != null && isDue.test(segment); segment = filled.peek()) {
                filled.remove();
                filledBytes.addAndGet(-segment.capacity());
                retire(segment);
            }
        } finally {
            retiring.unlock();
        }
    }

    private void retire(Segment segment) {
        segment.retire();
        AtomicInteger busyLoops = new AtomicInteger(loops.size());
        for (Executor loop : loops) {
            try {
                loop.execute(() -> onLoopIdle(segment, busyLoops));
            } catch (RejectedExecutionException stopped) {
                onLoopIdle(segment, busyLoops); // A stopped loop no longer copies anything.
            }
        }
    }

    private void onLoopIdle(Segment segment, AtomicInteger busyLoops) {
        if (busyLoops.decrementAndGet() > 0) return;
        heldBytes.addAndGet(-segment.capacity());
        segment.free();
    }
}
