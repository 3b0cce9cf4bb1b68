package dev.sluice.server.http;

import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.http.head.Problems;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// A budget in bytes for data that the server holds on behalf of clients, with the holders of its parts. One
/// instance serves the whole server; may be used from any thread.
///
/// A holder waits either for the server, such as a complete publish that the log has not acknowledged, or for its
/// client, such as half a body. When the budget runs short, holders that wait for their clients are evicted, the
/// one furthest behind first, so that no number of idle or slow connections locks others out. A holder belongs to
/// an event loop: its eviction is requested here and carried out there, a moment later. In the meantime the last
/// quarter of the budget serves new requests.
public final class InFlightBytes {
    /// Bytes per second at which a holder counts as keeping up. Well above the rate at which an attacker can keep
    /// its bytes ([HttpSettings#bodyBytesPerSecond]), well below a slow mobile network.
    private static final int KEEPING_UP = 16 << 10;

    /// A holder that is behind by at most this keeps up: its client may be between two parts.
    private static final long PAUSE_NS = 1_000_000_000;

    /// The last sixteenth of the budget is reserved for holders of at most this size, one part of a body: a
    /// small publish is not refused because large uploads filled the budget within one turn of the event loop.
    private static final int SMALL_BYTES = 64 << 10;

    private final long bytesMax;
    private final String setting;
    private final LongSupplier clockNs;
    private final AtomicLong bytes = new AtomicLong();

    /// Bytes of holders whose eviction has been requested and not completed.
    private final AtomicLong evictingBytes = new AtomicLong();

    private final Set<EvictableHolder> waiting = ConcurrentHashMap.newKeySet();

    /// Held while evictions are requested. Only acquired with `tryLock`: if it is taken, another thread does the
    /// work.
    private final ReentrantLock evicting = new ReentrantLock();

    /// @param setting the name of the limit, for problems
    public InFlightBytes(long bytesMax, String setting) {
        this(bytesMax, setting, System::nanoTime);
    }

    InFlightBytes(long bytesMax, String setting, LongSupplier clockNs) {
        this.bytesMax = bytesMax;
        this.setting = setting;
        this.clockNs = clockNs;
    }

    public long bytes() {
        return bytes.get();
    }

    /// The budget.
    public long bytesMax() {
        return bytesMax;
    }

    /// Creates a holder that never waits for its client, and so is never evicted.
    public Holder holder() {
        return new Holder();
    }

    /// Creates a holder that may be evicted.
    ///
    /// @param loop  the event loop on which the holder is used
    /// @param evict drops the data and [returns its bytes][Holder#giveBackAll]; called on the loop
    public EvictableHolder holder(Executor loop, Runnable evict) {
        return new EvictableHolder(loop, evict, false);
    }

    /// Creates a holder that is evicted only if its client falls behind: one that reads what it gets has no end
    /// after which it would be served again.
    public EvictableHolder holderOfStream(Executor loop, Runnable evict) {
        return new EvictableHolder(loop, evict, true);
    }

    /// The problem for a client whose request was evicted.
    public Problem evicted() {
        return full("The hub's budget for this was used up (" + setting + " is " + bytesMax
                + " bytes), so it dropped the requests with the least progress, among them this one. Send it again.");
    }

    private Problem full(String detail) {
        return Problems.FULL.of(detail);
    }

    /// Evicts the slowest holders until half of the budget is or becomes free: each run examines all holders, so it
    /// frees enough for many requests. Holders that keep up would finish soon anyway, so it evicts them only
    /// until an eighth of the budget becomes free.
    private void makeRoom(Holder taker) {
        if (!evicting.tryLock()) return;
        try {
            long held = bytes.get() - evictingBytes.get();
            for (Candidate each : slowestFirst()) {
                if (held <= (each.isBehind() ? bytesMax / 2 : bytesMax - bytesMax / 4 - bytesMax / 8)) return;
                if (each.holder != taker) held -= each.holder.requestEviction();
            }
        } finally {
            evicting.unlock();
        }
    }

    /// @param behindNs a snapshot, because the value changes while the list is sorted
    private record Candidate(EvictableHolder holder, long behindNs) {
        boolean isBehind() {
            return behindNs > PAUSE_NS;
        }
    }

    private List<Candidate> slowestFirst() {
        long nowNs = clockNs.getAsLong();
        return waiting.stream()
                .map(holder -> new Candidate(holder, holder.behindNs(nowNs)))
                .filter(each -> each.isBehind() || !each.holder.isOfStream)
                .sorted(Comparator.comparingLong(Candidate::behindNs).reversed())
                .toList();
    }

    private enum HolderState {
        /// Waits for the server, or holds nothing.
        SETTLED,
        /// Waits for its client.
        WAITING,
        /// Its eviction has been requested.
        EVICTING
    }

    /// The part of the budget that one request, message or answer holds. Used on one event loop; [#giveBack] and
    /// [#giveBackAll] may be called from any thread.
    public sealed class Holder {
        private volatile long taken;

        // Each publish has a holder; an AtomicLong would double its memory.
        private static final AtomicLongFieldUpdater<Holder> TAKEN =
                AtomicLongFieldUpdater.newUpdater(Holder.class, "taken");

        private Holder() {}

        boolean isEvicting() {
            return false;
        }

        /// Takes bytes of the budget.
        ///
        /// @throws ProblemException `503` if fewer than `more` bytes are free, or this holder is being evicted
        public void take(long more) {
            Problem refusal = tryTake(more);
            if (refusal != null) throw new ProblemException(refusal);
        }

        /// Takes bytes of the budget, or returns why it has none.
        public @Nullable Problem tryTake(long more) {
            if (more <= 0) return null;
            if (isEvicting()) return evicted();
            long limit = taken + more > SMALL_BYTES ? bytesMax - bytesMax / 16 : bytesMax;
            if (add(more) <= limit) return null;
            giveBack(more);
            return full("The hub's budget for this is in use (" + setting + " is " + bytesMax
                    + " bytes). Send it again in a moment.");
        }

        /// Takes bytes of the budget even if they are not free: for data that is in memory already and must not be
        /// refused. Others are evicted for it, and refused until then.
        public void overdraw(long more) {
            add(more);
        }

        /// @return the bytes that are taken now, by all holders
        private long add(long more) {
            long total = bytes.addAndGet(more);
            TAKEN.addAndGet(this, more);
            if (total - evictingBytes.get() > bytesMax - bytesMax / 4) makeRoom(this);
            return total;
        }

        public void giveBack(long some) {
            TAKEN.addAndGet(this, -some);
            bytes.addAndGet(-some);
        }

        /// Returns all remaining bytes. Repeated calls have no effect.
        public void giveBackAll() {
            bytes.addAndGet(-TAKEN.getAndSet(this, 0));
        }

        final long taken() {
            return taken;
        }
    }

    /// A holder that may wait for its client. While it waits, it is evicted if the budget runs short.
    public final class EvictableHolder extends Holder {
        private final Executor loop;
        private final Runnable evict;
        private final boolean isOfStream;
        private volatile HolderState state = HolderState.SETTLED;
        private volatile @Nullable TransferRate progress; // Null until the holder waits for its client.
        private long evictedBytes; // Written before the state becomes EVICTING, read after that.

        private static final AtomicReferenceFieldUpdater<EvictableHolder, HolderState> STATE =
                AtomicReferenceFieldUpdater.newUpdater(EvictableHolder.class, HolderState.class, "state");

        private EvictableHolder(Executor loop, Runnable evict, boolean isOfStream) {
            this.loop = loop;
            this.evict = evict;
            this.isOfStream = isOfStream;
        }

        @Override
        boolean isEvicting() {
            return state == HolderState.EVICTING;
        }

        @Override
        public void giveBackAll() {
            settle();
            super.giveBackAll();
        }

        /// Marks this holder as waiting for its client. Repeated calls have no effect.
        public void await() {
            if (state != HolderState.SETTLED) return;
            TransferRate begun = new TransferRate(KEEPING_UP);
            begun.begin(clockNs.getAsLong());
            progress = begun;
            state = HolderState.WAITING;
            waiting.add(this);
        }

        /// Records bytes that the client has sent or read.
        public void moved(long some) {
            TransferRate begun = progress;
            if (begun != null && state == HolderState.WAITING) begun.moved(some, clockNs.getAsLong());
        }

        /// Marks this holder as no longer waiting for its client. That cancels a requested eviction: complete
        /// data is processed.
        public void settle() {
            HolderState before = STATE.getAndSet(this, HolderState.SETTLED);
            if (before == HolderState.SETTLED) return;
            waiting.remove(this);
            if (before == HolderState.EVICTING) evictingBytes.addAndGet(-evictedBytes);
        }

        private long behindNs(long nowNs) {
            TransferRate begun = progress;
            return begun == null ? 0 : begun.behindNs(nowNs);
        }

        /// @return the bytes that will become free
        private long requestEviction() {
            if (state != HolderState.WAITING) return 0; // Requested before, and counted with the bytes held then.
            evictedBytes = taken();
            if (!STATE.compareAndSet(this, HolderState.WAITING, HolderState.EVICTING)) return 0;
            evictingBytes.addAndGet(evictedBytes);
            try {
                loop.execute(() -> {
                    if (state == HolderState.EVICTING) evict.run();
                });
            } catch (RejectedExecutionException stopped) {
                settle(); // The connection was closed with its event loop.
            }
            return evictedBytes;
        }
    }
}
