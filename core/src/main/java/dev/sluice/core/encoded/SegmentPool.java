package dev.sluice.core.encoded;

import dev.sluice.core.cursor.Cursor;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/// The encoded events of all event loops, within a budget. Memory is given back when all readers have passed it or the
/// budget is spent, whichever comes first; who still needs an event then encodes it anew from the log.
///
/// Loops share segments without a lock and without counting: a segment is freed only after each loop has run a task of
/// ours since it was retired, and no loop keeps an address from one task to the next.
public final class SegmentPool {
    private final long budgetBytes;
    private final List<? extends Executor> loops;
    private final Queue<Segment> filled = new ConcurrentLinkedQueue<>();
    private final AtomicLong filledBytes = new AtomicLong();
    private final AtomicLong heldBytes = new AtomicLong();

    /// Held by who retires; who finds it taken goes on, as the holder does the work. Nobody waits for it.
    private final ReentrantLock retiring = new ReentrantLock();

    /// @param budgetBytes for filled segments; each loop has one more in the filling
    public SegmentPool(long budgetBytes, List<? extends Executor> loops) {
        this.budgetBytes = budgetBytes;
        this.loops = loops;
    }

    /// Native memory held now, in bytes: what is in use and what waits to be freed.
    public long heldBytes() {
        return heldBytes.get();
    }

    Segment make(int bytesMin, Cursor first) {
        Segment segment = new Segment(Math.max(Segment.BYTES, bytesMin), first);
        heldBytes.addAndGet(segment.capacity());
        return segment;
    }

    void filled(Segment segment) {
        filled.add(segment);
        if (filledBytes.addAndGet(segment.capacity()) > budgetBytes) {
            // An eighth more than needed, so that it is not each segment anew that asks every loop.
            retireWhile(_ -> filledBytes.get() > budgetBytes - budgetBytes / 8);
        }
    }

    /// Gives back what all readers have passed. Called by each loop about once a second, with the least of all loops.
    public void passed(Cursor place) {
        retireWhile(segment -> !place.isBefore(segment.newest()));
    }

    private void retireWhile(java.util.function.Predicate<Segment> due) {
        if (!retiring.tryLock()) return;
        try {
            for (Segment segment = filled.peek(); segment != null && due.test(segment); segment = filled.peek()) {
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
        AtomicInteger busy = new AtomicInteger(loops.size());
        for (Executor loop : loops) {
            try {
                loop.execute(() -> idle(segment, busy));
            } catch (RejectedExecutionException stopped) {
                idle(segment, busy); // A loop that has stopped copies nothing any more.
            }
        }
    }

    private void idle(Segment segment, AtomicInteger busy) {
        if (busy.decrementAndGet() > 0) return;
        heldBytes.addAndGet(-segment.capacity());
        segment.free();
    }
}
