package dev.sluice.server.limit;

import dev.sluice.core.budget.FairShare;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A bounded queue of callers' tasks, a few of which run at a time. Callers take turns, so a caller with many
/// tasks in the queue delays another by only one task. Each caller has a share of the queue. May be used from
/// any thread.
public final class CallerQueue {
    /// The outcome of [CallerQueue#submit].
    public enum Outcome {
        /// The task has begun, or will.
        TAKEN,
        /// The caller has reached its share of the queue.
        SHARE_REACHED,
        /// The queue is full.
        FULL
    }

    private static final System.Logger LOG = System.getLogger(CallerQueue.class.getName());

    private final int concurrentMax;
    private final int waitingMax;
    private final FairShare share;
    private int running;
    private int waiting;

    /// The waiting tasks by caller, the next caller first. Callers without a share have one queue in common.
    private final Map<Optional<ClientKey>, ArrayDeque<Runnable>> queues = new LinkedHashMap<>();

    public CallerQueue(int concurrentMax, int waitingMax, FairShare share) {
        this.concurrentMax = concurrentMax;
        this.waitingMax = waitingMax;
        this.share = share;
    }

    /// Runs or queues a task.
    ///
    /// @param caller empty if only the total is limited
    /// @param begin  begins the task, on this thread or on the thread that calls [#done]; must not block. If it
    ///               throws, the next task begins in its place, and [#done] must not be called
    public Outcome submit(Optional<ClientKey> caller, Runnable begin) {
        synchronized (this) {
            if (running == concurrentMax) {
                ArrayDeque<Runnable> own = queues.get(caller);
                int held = own == null ? 0 : own.size();
                int free = waitingMax - waiting;
                if (free < 1) return Outcome.FULL;
                if (caller.isPresent() && !share.permits(held, 1, free)) return Outcome.SHARE_REACHED;
                queues.computeIfAbsent(caller, _ -> new ArrayDeque<>()).add(begin);
                waiting++;
                return Outcome.TAKEN;
            }
            running++;
        }
        try {
            begin.run();
            return Outcome.TAKEN;
        } catch (Throwable failed) {
            done();
            throw failed;
        }
    }

    /// Withdraws a waiting task.
    ///
    /// @return false if it has begun
    public synchronized boolean withdraw(Optional<ClientKey> caller, Runnable begin) {
        ArrayDeque<Runnable> own = queues.get(caller);
        if (own == null || !own.remove(begin)) return false;
        waiting--;
        if (own.isEmpty()) queues.remove(caller);
        return true;
    }

    /// Must be called when a task has ended. Begins the next task.
    public void done() {
        for (Runnable next = next(); next != null; next = next()) {
            try {
                next.run();
                return;
            } catch (Throwable failed) {
                LOG.log(System.Logger.Level.ERROR, "a waiting task can't begin", failed);
            }
        }
    }

    /// Returns the next task. If no task waits, frees the place of the ended task and returns null.
    private synchronized @Nullable Runnable next() {
        if (queues.isEmpty()) {
            running--;
            return null;
        }
        Map.Entry<Optional<ClientKey>, ArrayDeque<Runnable>> first =
                queues.entrySet().iterator().next();
        Optional<ClientKey> caller = first.getKey();
        ArrayDeque<Runnable> own = first.getValue();
        queues.remove(caller);
        Runnable next = own.remove();
        waiting--;
        if (!own.isEmpty()) queues.put(caller, own); // Behind the others.
        return next;
    }
}
