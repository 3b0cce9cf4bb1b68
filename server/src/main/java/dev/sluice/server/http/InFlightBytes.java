package dev.sluice.server.http;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/// A budget for what clients make the server hold, and who holds how much of it. One for the whole server; may be used
/// from any thread.
///
/// A holder waits either for the server, such as a complete publish that the log has not acknowledged, or for its
/// client, such as half a body. When the budget runs short, holders that wait for their client give way, the one
/// furthest behind first, so that no number of idle or slow connections keeps others out. A holder lives on its
/// event loop: it is asked here and gives way there, a moment later. Until it has, the last quarter of the budget
/// serves those who come.
public final class InFlightBytes {
    /// Bytes per second at which a holder counts as keeping up. Well above what a client that wants to hold on to its
    /// bytes sends ([HttpSettings#bodyBytesPerSecond] is enough for that), well below a slow mobile network.
    private static final int KEEPING_UP = 16 << 10;

    /// The last sixteenth of the budget is for holders of no more than this, one part of a body: a single small
    /// publish is not refused because large uploads filled the budget within one turn of the event loop.
    private static final int SMALL_BYTES = 64 << 10;

    private final long bytesMax;
    private final String setting;
    private final LongSupplier clockNs;
    private final AtomicLong bytes = new AtomicLong();

    /// Of those that are asked to give way and have not yet.
    private final AtomicLong leaving = new AtomicLong();

    private final Set<Holder> waiting = ConcurrentHashMap.newKeySet();

    /// Held while holders are asked. Nobody waits for it: whoever finds it taken goes on, as the work is being done.
    private final ReentrantLock asking = new ReentrantLock();

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

    /// A holder that never waits for its client, and so never gives way.
    public Holder holder() {
        return new Holder(Runnable::run, () -> {});
    }

    /// @param loop    on which the holder is used
    /// @param giveWay lets go of the bytes and [gives them back][Holder#giveBackAll]; called on the loop
    public Holder holder(Executor loop, Runnable giveWay) {
        return new Holder(loop, giveWay);
    }

    /// What a client is told whose bytes gave way.
    public Problem gaveWay() {
        return full("The hub needed room for others (" + setting + " is " + bytesMax
                + " bytes), and of all that it waited for, this had made the least progress. Send it again.");
    }

    private Problem full(String detail) {
        return Problems.FULL.of(detail).withHeader("Retry-After", "1");
    }

    /// Asks the slowest to give way until half of the budget is or becomes free: a round looks at all holders, so
    /// it makes room for many takes, not for one.
    private void makeRoom(Holder taker) {
        if (!asking.tryLock()) return;
        try {
            long excess = bytes.get() - leaving.get() - bytesMax / 2;
            if (excess <= 0) return;
            for (Candidate each : slowestFirst()) {
                if (each.holder != taker) excess -= each.holder.ask();
                if (excess <= 0) return;
            }
        } finally {
            asking.unlock();
        }
    }

    /// @param behindNs as it was once, as it changes while others compare
    private record Candidate(Holder holder, long behindNs) {}

    private List<Candidate> slowestFirst() {
        long nowNs = clockNs.getAsLong();
        return waiting.stream()
                .map(holder -> new Candidate(holder, holder.progress.behindNs(nowNs)))
                .sorted(Comparator.comparingLong(Candidate::behindNs).reversed())
                .toList();
    }

    private enum State {
        /// Waits for the server, or holds nothing.
        SETTLED,
        /// Waits for its client.
        WAITING,
        /// Asked to give way.
        ASKED
    }

    /// One request's, message's or answer's part of it. Used on one event loop; [#giveBack] and [#giveBackAll] come
    /// from wherever it ends.
    public final class Holder {
        private final Executor loop;
        private final Runnable giveWay;
        private final AtomicLong taken = new AtomicLong();
        private final AtomicReference<State> state = new AtomicReference<>(State.SETTLED);
        private final Progress progress = new Progress(KEEPING_UP);
        private long asked; // Written before the state is ASKED, read behind that.

        private Holder(Executor loop, Runnable giveWay) {
            this.loop = loop;
            this.giveWay = giveWay;
        }

        /// @throws Refused `503` if there is no room for so many more, or it is to give way itself
        public void take(long more) {
            if (more <= 0) return;
            if (state.get() == State.ASKED) throw new Refused(gaveWay());
            long limit = taken.get() + more > SMALL_BYTES ? bytesMax - bytesMax / 16 : bytesMax;
            long total = bytes.addAndGet(more);
            taken.addAndGet(more);
            if (total - leaving.get() > bytesMax - bytesMax / 4) makeRoom(this);
            if (total <= limit) return;
            giveBack(more);
            throw new Refused(full("The hub holds " + bytesMax + " bytes of this kind at a time (" + setting
                    + "), and has them. Send it again in a moment."));
        }

        public void giveBack(long some) {
            taken.addAndGet(-some);
            bytes.addAndGet(-some);
        }

        /// All that is left; again does nothing.
        public void giveBackAll() {
            settle();
            bytes.addAndGet(-taken.getAndSet(0));
        }

        /// From now on it waits for its client. Again does nothing.
        public void await() {
            if (state.get() != State.SETTLED) return;
            progress.begin(clockNs.getAsLong());
            state.set(State.WAITING);
            waiting.add(this);
        }

        /// Its client has sent or taken some.
        public void moved(long some) {
            if (state.get() == State.WAITING) progress.moved(some, clockNs.getAsLong());
        }

        /// It waits for its client no more. It need not give way now, even if it was asked a moment ago: what is
        /// complete goes on its way.
        public void settle() {
            State before = state.getAndSet(State.SETTLED);
            if (before == State.SETTLED) return;
            waiting.remove(this);
            if (before == State.ASKED) leaving.addAndGet(-asked);
        }

        /// @return how many bytes will be free
        private long ask() {
            if (state.get() != State.WAITING) return 0; // Asked before, it leaves with what it had then.
            asked = taken.get();
            if (!state.compareAndSet(State.WAITING, State.ASKED)) return 0;
            leaving.addAndGet(asked);
            try {
                loop.execute(() -> {
                    if (state.get() == State.ASKED) giveWay.run();
                });
            } catch (RejectedExecutionException stopped) {
                settle(); // The connection has gone with its event loop.
            }
            return asked;
        }
    }
}
