package dev.sluice.server.limit;

import dev.sluice.core.budget.FairShare;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Work of callers that is done a few at a time, and waits in a bounded queue for that. Callers take turns, so one with
/// much work in the queue delays another by one piece of it; and each has a share of the queue. May be used from any
/// thread.
public final class CallerQueue {
    /// What became of a piece of work.
    public enum Outcome {
        /// It has begun, or will.
        TAKEN,
        /// Its caller has as much in the queue as it may.
        SHARE_REACHED,
        /// The queue is full.
        FULL
    }

    private final int concurrentMax;
    private final int waitingMax;
    private final FairShare share;
    private int running;
    private int waiting;

    /// The callers that wait, the next one first; empty: all that have no share.
    private final Map<Optional<ClientKey>, ArrayDeque<Runnable>> queues = new LinkedHashMap<>();

    public CallerQueue(int concurrentMax, int waitingMax, FairShare share) {
        this.concurrentMax = concurrentMax;
        this.waitingMax = waitingMax;
        this.share = share;
    }

    /// Takes work.
    ///
    /// @param caller empty: only the sum limits it
    /// @param begin  called once it may begin, on this thread or on that of [#done]; must not block
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
        begin.run();
        return Outcome.TAKEN;
    }

    /// Takes work back that waits.
    ///
    /// @return false if it has begun
    public synchronized boolean withdraw(Optional<ClientKey> caller, Runnable begin) {
        ArrayDeque<Runnable> own = queues.get(caller);
        if (own == null || !own.remove(begin)) return false;
        waiting--;
        if (own.isEmpty()) queues.remove(caller);
        return true;
    }

    /// To be called when work that began has ended: the next begins.
    public void done() {
        Runnable next;
        synchronized (this) {
            if (queues.isEmpty()) {
                running--;
                return;
            }
            Map.Entry<Optional<ClientKey>, ArrayDeque<Runnable>> first =
                    queues.entrySet().iterator().next();
            Optional<ClientKey> caller = first.getKey();
            ArrayDeque<Runnable> own = first.getValue();
            queues.remove(caller);
            next = own.remove();
            waiting--;
            if (!own.isEmpty()) queues.put(caller, own); // Behind the others.
        }
        next.run();
    }
}
