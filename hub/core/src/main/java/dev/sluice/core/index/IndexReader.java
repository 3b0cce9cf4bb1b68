package dev.sluice.core.index;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.log.BackwardRead;
import dev.sluice.core.log.ChannelState;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.Lag;
import dev.sluice.core.log.LogReader;
import dev.sluice.core.log.Read;
import dev.sluice.core.log.Registration;
import dev.sluice.core.log.ResolvedCursor;
import dev.sluice.core.log.Start;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The reading half of a log, answered from its index. May be called from any thread; no method blocks.
public final class IndexReader implements LogReader {
    private final Index index;
    private final ReadExecutor executor;
    private final ReadPath memoryPath;
    private final ChangedChannels changedChannels;
    private final Waiters waiters;
    private final List<HeadListener> listeners = new CopyOnWriteArrayList<>();
    private volatile boolean closed;

    /// Runs reads that may block.
    public interface ReadExecutor {
        /// Runs a read on another thread. Callers that submit an equal key while the read is in progress share its
        /// work; each gets a separate stage, which it may cancel.
        ///
        /// @param key   equal for equal reads
        /// @param slice called again until it returns a result that is not null
        <T> CompletionStage<T> submit(Object key, Supplier<@Nullable T> slice);
    }

    public IndexReader(Index index, ReadExecutor executor) {
        this.index = index;
        this.executor = executor;
        memoryPath = new ReadPath(index, index.tail());
        changedChannels = new ChangedChannels(index);
        waiters = new Waiters(index.limits.waitersMax());
    }

    /// A new object each time, so that a listener may be registered twice and removed once.
    private final class HeadListener implements Registration {
        final Runnable call;

        HeadListener(Runnable call) {
            this.call = call;
        }

        @Override
        public void close() {
            listeners.remove(this);
        }
    }

    private record LocateKey(Start start, Selection selection, Filter filter, Cursor head) {}

    private record OldestKey(Cursor head) {}

    /// @param removals a read from before a deletion or erasure is not shared with later ones
    private record ReadKey(
            ReadCursor place, Selection selection, Filter filter, int entriesMax, long bytesMax, long removals) {}

    private record ReadBackKey(Cursor upTo, Selection selection, int entriesMax, long bytesMax) {}

    @Override
    public Read read(ReadCursor place, Selection selection, Filter filter, int entriesMax, long bytesMax) {
        long from = place.cursor().position();
        if (!index.cold.mayHold(selection, from)) {
            Read read = memoryPath.read(place, selection, filter, entriesMax, bytesMax);
            // Entries evicted during the read may be missing from it.
            if (read != null && !index.cold.mayHold(selection, from)) return read;
        }
        if (closed) return new Read.Pending(CompletableFuture.failedStage(closed()));
        ReadKey key = new ReadKey(place, selection, filter, entriesMax, bytesMax, index.removals());
        return new Read.Pending(executor.submit(
                key,
                () -> ofAll(
                        index::source,
                        source -> new ReadPath(index, source, Integer.MAX_VALUE)
                                .read(place, selection, filter, entriesMax, bytesMax))));
    }

    /// Reads the source of all entries, which is memory until the log evicts entries for the first time. A read
    /// during which that happened may have missed them and is repeated in the source that has them.
    static <T extends @Nullable Object> T ofAll(Supplier<EntrySource> source, Function<EntrySource, T> read) {
        EntrySource before = source.get();
        T result = read.apply(before);
        EntrySource now = source.get();
        return now.equals(before) ? result : read.apply(now);
    }

    @Override
    public CompletionStage<BackwardRead> readBack(Cursor upTo, Selection selection, int entriesMax, long bytesMax) {
        if (closed) return CompletableFuture.failedStage(closed());
        if (!index.cold.mayHold(selection, 0)) {
            BackwardRead earlier = memoryPath.readBack(upTo, selection, entriesMax, bytesMax);
            if (!index.cold.mayHold(selection, 0)) return CompletableFuture.completedStage(earlier);
        }
        ReadBackKey key = new ReadBackKey(upTo, selection, entriesMax, bytesMax);
        return executor.submit(
                key, () -> new ReadPath(index, index.source()).readBack(upTo, selection, entriesMax, bytesMax));
    }

    @Override
    public CompletionStage<ReadCursor> locate(Start start, Selection selection, Filter filter) {
        if (closed) return CompletableFuture.failedStage(closed());
        if (start instanceof Start.Latest) return CompletableFuture.completedStage(ReadCursor.at(head()));
        if (!index.cold.mayHold(selection, 0)) {
            ReadCursor place = new StartLocator(index, start, selection, filter).slice(index::tail);
            if (place != null && !index.cold.mayHold(selection, 0)) return CompletableFuture.completedStage(place);
        }
        StartLocator pending = new StartLocator(index, start, selection, filter);
        return executor.submit(
                new LocateKey(start, selection, filter, index.head()), () -> pending.slice(index::source));
    }

    @Override
    public CompletionStage<ResolvedCursor> resolve(String text) {
        if (closed) return CompletableFuture.failedStage(closed());
        Optional<Cursor> parsed = Cursor.parse(text);
        Long end = parsed.map(cursor -> index.epochs().endOf(cursor.epoch())).orElse(null);
        if (end == null) return oldest();
        Cursor cursor = parsed.orElseThrow();
        if (end >= 0) {
            // Of an earlier epoch: ids after its recorded end were lost.
            Cursor last = index.cursor(end);
            ResolvedCursor resolved = cursor.position() <= end
                    ? new ResolvedCursor.At(cursor)
                    : new ResolvedCursor.Lost(ReadCursor.at(last));
            return CompletableFuture.completedStage(resolved);
        }
        if (!head().isBefore(cursor)) return CompletableFuture.completedStage(new ResolvedCursor.At(cursor));
        CompletableFuture<ResolvedCursor> stage = waiters.await(cursor);
        waiters.reached(head()); // The head may have moved before the waiter was added.
        return stage;
    }

    private CompletionStage<ResolvedCursor> oldest() {
        if (index.cold.upTo() == 0) {
            ReadCursor place = StartLocator.oldest(index, index.tail());
            if (index.cold.upTo() == 0) return CompletableFuture.completedStage(new ResolvedCursor.Lost(place));
        }
        return executor.submit(
                new OldestKey(head()), () -> new ResolvedCursor.Lost(StartLocator.oldest(index, index.source())));
    }

    @Override
    public Cursor head() {
        return index.head();
    }

    @Override
    public @Nullable Cursor changedSince(Cursor cursor, Consumer<ChannelName> changed) {
        return changedChannels.since(cursor, changed);
    }

    @Override
    public long removals() {
        return index.removals();
    }

    @Override
    public boolean hasRemoved(Predicate<ChannelName> channels, long since) {
        return index.hasRemoved(channels, since);
    }

    @Override
    public Lag lag(ReadCursor place, Selection selection) {
        return changedChannels.lag(place.cursor(), selection);
    }

    @Override
    public ChannelState channel(ChannelName name) {
        ChannelIndex channel = index.channel(name.value());
        if (channel == null) return new ChannelState(name, null, null, null, 0, 0, 0);
        return channel.state(head().position(), index.epochs());
    }

    @Override
    public boolean keeps(ChannelName name) {
        return index.channels.keeps(name.value());
    }

    @Override
    public int channelsKept() {
        return index.channelsKept();
    }

    @Override
    public Registration onEmptied(Consumer<ChannelName> listener) {
        Consumer<ChannelName> registered = name -> listener.accept(name); // A new object each time, as in HeadListener.
        index.channels.onEmptied().add(registered);
        return () -> index.channels.onEmptied().remove(registered);
    }

    @Override
    public List<ChannelState> channels(@Nullable ChannelName after, int max) {
        return states(index.channels.listed(after), max);
    }

    @Override
    public List<ChannelState> reserved(@Nullable ChannelName after, int max) {
        return states(index.channels.reserved(after), max);
    }

    private List<ChannelState> states(Iterable<ChannelIndex> channels, int max) {
        List<ChannelState> found = new ArrayList<>();
        long head = head().position();
        for (ChannelIndex channel : channels) {
            if (found.size() >= max) break;
            ChannelState state = channel.state(head, index.epochs());
            if (state.latest() != null || state.end() != null) found.add(state);
        }
        return found;
    }

    @Override
    public Registration onHeadMoved(Runnable listener) {
        HeadListener registered = new HeadListener(listener);
        listeners.add(registered);
        return registered;
    }

    /// Completes waiters and calls listeners, because the head has moved. Call it without a lock: a listener may
    /// append. An exception of a listener goes to the thread's uncaught exception handler and affects neither
    /// the append nor the other listeners.
    public void headMoved() {
        waiters.reached(index.head());
        listeners.forEach(IndexReader::call); // Without an iterator for each publish.
    }

    private static void call(HeadListener listener) {
        try {
            listener.call.run();
        } catch (RuntimeException failure) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, failure);
        }
    }

    /// Fails all waiters and every later call that would wait.
    public void close() {
        closed = true;
        waiters.fail(closed());
    }

    /// The failure of calls to a closed log.
    public static IllegalStateException closed() {
        return new IllegalStateException("the log is closed");
    }
}
