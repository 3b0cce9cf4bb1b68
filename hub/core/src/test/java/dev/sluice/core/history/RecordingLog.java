package dev.sluice.core.history;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.End;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.ChannelState;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.ForwardingLog;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Read;
import dev.sluice.core.log.TestLog;
import dev.sluice.core.model.LogModel;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A log together with its model, if it has one, and its whole history. Writes are serialized, so that all three have
/// the same; reads go directly to the log. Outcomes that differ from the model's are kept for [#check], as they occur
/// on the server's threads.
@SuppressWarnings("NonAtomicVolatileUpdate") // Only one writer at a time changes the moment.
public final class RecordingLog extends ForwardingLog {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final InstantSource clock;
    private final @Nullable LogModel model;
    private final List<Fact> facts = new ArrayList<>();
    private final List<History.Deletion> deletions = new ArrayList<>();
    private final Map<ChannelName, ArrayDeque<Fact>> kept = new HashMap<>();
    private final Set<Epoch> epochs = new HashSet<>();
    private final AtomicInteger readsPending = new AtomicInteger();
    private final AtomicInteger readsStarted = new AtomicInteger();
    private @Nullable AssertionError mismatch;
    private volatile long moment;

    /// @param model null if the log is not compared with one; its retention may then drop entries between others
    public RecordingLog(Log log, InstantSource clock, @Nullable LogModel model) {
        super(log);
        this.clock = clock;
        this.model = model;
        epochs.add(log.head().epoch());
    }

    /// Queries the model while nothing is written.
    public synchronized <T> T ask(Function<LogModel, T> question) {
        return question.apply(Objects.requireNonNull(model));
    }

    /// Every entry ever appended, in order.
    public synchronized List<Fact> facts() {
        return List.copyOf(facts);
    }

    public synchronized List<History.Deletion> deletions() {
        return List.copyOf(deletions);
    }

    public synchronized History history() {
        return new History(facts(), deletions());
    }

    public synchronized int size() {
        return facts.size();
    }

    /// The number of writes started: anything a reader finds missing now was dropped by this moment.
    public long moment() {
        return moment;
    }

    /// Waits until something is written after a moment; false if nothing is before the deadline.
    public synchronized boolean awaitAfter(long after) {
        long untilNs = System.nanoTime() + PATIENCE.toNanos();
        try {
            for (long left = 1; moment <= after && left > 0; ) {
                left = Math.ceilDiv(untilNs - System.nanoTime(), 1_000_000);
                if (left > 0) wait(left);
            }
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
        return moment > after;
    }

    /// Whether the log issued cursors of this epoch, in any of its epochs.
    public synchronized boolean hasEpoch(Epoch epoch) {
        return epochs.contains(epoch);
    }

    /// The log was restarted and must be unchanged. Readers that reconnect must not notice it.
    public synchronized void restarted() {
        write(() -> compare(model -> same(channels(null, Integer.MAX_VALUE), model.states(), "all channels")));
    }

    /// The number of reads from disk started.
    public int readsStarted() {
        return readsStarted.get();
    }

    /// The number of reads from disk in progress.
    public int readsPending() {
        return readsPending.get();
    }

    @Override
    public Read read(ReadCursor place, Selection selection, Filter filter, int entriesMax, long bytesMax) {
        Read read = super.read(place, selection, filter, entriesMax, bytesMax);
        if (!(read instanceof Read.Pending(var later))) return read;
        readsStarted.incrementAndGet();
        readsPending.incrementAndGet();
        CompletableFuture<Read> answer = new CompletableFuture<>();
        later.whenComplete((found, failed) -> {
            if (failed == null) answer.complete(found);
            else answer.completeExceptionally(failed);
            readsPending.decrementAndGet(); // Last: by then the reader has been notified.
        });
        return new Read.Pending(answer);
    }

    public long nowMs() {
        return clock.millis();
    }

    /// Fails if the log ever differed from the model.
    public synchronized void check() {
        if (mismatch != null) throw mismatch;
    }

    @Override
    public synchronized CompletionStage<AppendResult> append(Publication publication) {
        AppendResult real = now(() -> super.append(publication));
        write(() -> {
            List<Cursor> ids = new ArrayList<>();
            record(publication, real, ids);
            compare(model -> {
                same(real, model.append(publication, clock.millis(), ids::removeFirst), publication);
                same(List.of(), ids, publication);
            });
        });
        return answer(real);
    }

    @Override
    public synchronized CompletionStage<AppendResult.Batch> appendAll(List<Publication> publications) {
        AppendResult.Batch real = now(() -> super.appendAll(publications));
        write(() -> {
            if (!(real instanceof AppendResult.Batch.All(List<AppendResult> each))) return; // The model can't undo.
            List<Cursor> ids = new ArrayList<>();
            for (int i = 0; i < each.size(); i++) record(publications.get(i), each.get(i), ids);
            compare(model -> {
                same(each, model.appendAll(publications, clock.millis(), ids::removeFirst), publications);
                same(List.of(), ids, publications);
            });
        });
        return answer(real);
    }

    /// The server's maintenance, once a second, runs only as a move: [#trim].
    @Override
    public void maintain() {}

    /// Trims entries beyond retention.
    public synchronized void trim() {
        moment = moment + 1;
        super.maintain();
        write(() -> compare(model -> model.maintain(clock.millis())));
    }

    private void record(Publication publication, AppendResult outcome, List<Cursor> ids) {
        if (!(outcome instanceof AppendResult.Placed placed)) return;
        Draft draft = publication.draft();
        if (draft.content() != null) record(Event.of(placed.id(), clock.millis(), draft), publication, ids);
        if (!draft.ends()) return;
        Cursor end = Objects.requireNonNull(channel(draft.channel()).end(), "its end was placed");
        record(new End(end, draft.channel(), clock.millis()), publication, ids);
    }

    private void record(Entry entry, Publication publication, List<Cursor> ids) {
        Fact fact = new Fact(entry, publication, moment);
        facts.add(fact);
        kept.computeIfAbsent(entry.channel(), _ -> new ArrayDeque<>()).add(fact);
        ids.add(entry.id());
    }

    @Override
    public synchronized CompletionStage<Boolean> delete(ChannelName channel) {
        boolean real = now(() -> super.delete(channel));
        write(() -> {
            compare(model -> same(real, model.delete(channel, this::head), channel));
            if (!real) return;
            deletions.add(new History.Deletion(channel, head(), moment));
            kept.getOrDefault(channel, new ArrayDeque<>()).forEach(fact -> fact.deleted = true);
        });
        return answer(real);
    }

    @Override
    public synchronized CompletionStage<Boolean> forget(ChannelName channel, Cursor id) {
        boolean real = now(() -> super.forget(channel, id));
        write(() -> {
            compare(model ->
                    same(real, model.forget(channel, event -> event.id().equals(id)) == 1, id));
            if (real) forgotten(channel, fact -> fact.entry.id().equals(id));
        });
        return answer(real);
    }

    @Override
    public synchronized CompletionStage<Integer> forgetKey(ChannelName channel, String key) {
        int real = now(() -> super.forgetKey(channel, key));
        write(() -> {
            compare(model -> same(real, model.forget(channel, event -> key.equals(event.key())), key));
            forgotten(channel, fact -> key.equals(fact.publication.draft().key()));
        });
        return answer(real);
    }

    private void forgotten(ChannelName channel, Predicate<Fact> matches) {
        for (Fact fact : kept.getOrDefault(channel, new ArrayDeque<>())) {
            if (matches.test(fact) && fact.forgotten == 0) fact.forgotten = moment;
        }
    }

    /// Applies one write to the model, then checks that each channel retains what the model retains.
    private void write(Runnable write) {
        try {
            write.run();
            epochs.add(head().epoch());
            kept.forEach(this::drop);
        } catch (AssertionError | RuntimeException failed) {
            if (mismatch == null) mismatch = new AssertionError("the log differs: " + failed.getMessage(), failed);
        }
        notifyAll();
    }

    private void drop(ChannelName channel, ArrayDeque<Fact> facts) {
        if (facts.isEmpty()) return;
        ChannelState state = channel(channel);
        Cursor first = state.earliest() != null ? state.earliest() : state.end();
        while (!facts.isEmpty() && (first == null || facts.peek().entry.id().isBefore(first))) {
            facts.remove().dropped = moment;
        }
        boolean isWhole = facts.size() == state.events() + (state.end() == null ? 0 : 1);
        if (model == null && !isWhole) dropBetween(channel, facts);
        compare(model -> same(state, model.state(channel), channel));
    }

    /// Retention of the newest event of each key drops entries between others.
    private void dropBetween(ChannelName channel, ArrayDeque<Fact> facts) {
        Set<Cursor> retained = retained(channel);
        facts.removeIf(fact -> {
            boolean isGone = !retained.contains(fact.entry.id());
            if (isGone) fact.dropped = moment;
            return isGone;
        });
    }

    private Set<Cursor> retained(ChannelName channel) {
        Set<Cursor> retained = new HashSet<>();
        Cursor head = head();
        ReadCursor place = new ReadCursor(new Cursor(head.epoch(), 0), new Cursor(head.epoch(), Long.MAX_VALUE));
        while (true) {
            switch (super.read(place, Selection.of(channel), Filter.NONE, 1_000, Long.MAX_VALUE)) {
                case Read.Batch(List<Entry> entries, Cursor next) -> {
                    entries.forEach(entry -> retained.add(entry.id()));
                    place = place.moved(next);
                }
                case Read.CaughtUp _ -> {
                    return retained;
                }
                case Read.Missing missing -> throw new AssertionError("a gap although all gaps are known: " + missing);
                case Read.Pending _ -> throw new AssertionError("a log without a model has everything in memory");
            }
        }
    }

    private void compare(Consumer<LogModel> comparison) {
        if (model != null) comparison.accept(model);
    }

    private static void same(Object real, Object expected, Object what) {
        if (!real.equals(expected)) throw new AssertionError(real + ", expected " + expected + ", for " + what);
    }

    /// The next moment starts before the write: a reader's observation is never later than the state it is
    /// checked against.
    private <T> T now(Supplier<CompletionStage<T>> write) {
        moment = moment + 1;
        return TestLog.get(write.get());
    }

    /// Completes at once or later on another thread, as logs may do either.
    private <T> CompletionStage<T> answer(T outcome) {
        return moment % 2 == 0
                ? CompletableFuture.completedStage(outcome)
                : CompletableFuture.supplyAsync(() -> outcome);
    }
}
