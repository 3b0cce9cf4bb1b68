package dev.sluice.core.store;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Place;
import dev.sluice.core.log.ChannelState;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.Lag;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Read;
import dev.sluice.core.log.Resolved;
import dev.sluice.core.log.Start;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What readers ask of a log, answered from its store. Any thread; nothing here blocks.
public final class Readers {
    private final Store store;
    private final Elsewhere elsewhere;
    private final Reading hot;
    private final Growing growing;
    private final Waiters waiters;
    private final Growth growth = new Growth();
    private volatile boolean closed;

    /// Where work goes that takes time.
    public interface Elsewhere {
        /// Does it on another thread.
        ///
        /// @param what  the same for the same question: those who ask while it is under way share the work, and
        ///              each may cancel the stage that it got
        /// @param slice is called until it gives the answer
        <T> CompletionStage<T> ask(Object what, Supplier<@Nullable T> slice);
    }

    public Readers(Store store, Elsewhere elsewhere) {
        this.store = store;
        this.elsewhere = elsewhere;
        hot = new Reading(store, store.tail());
        growing = new Growing(store);
        waiters = new Waiters(store.limits.waitersMax());
    }

    private record Beginning(Start start, Selection selection, Filter filter, Cursor head) {}

    private record Oldest(Cursor head) {}

    private record Next(Place place, Selection selection, Filter filter, int entriesMax, long bytesMax) {}

    public Read read(Place place, Selection selection, Filter filter, int entriesMax, long bytesMax) {
        long from = place.cursor().position();
        if (!store.isCold(selection, from)) {
            Read read = hot.read(place, selection, filter, entriesMax, bytesMax);
            // What left memory while we looked may be what we did not see.
            if (read != null && !store.isCold(selection, from)) return read;
        }
        if (closed) return new Read.Elsewhere(CompletableFuture.failedStage(closed()));
        Next question = new Next(place, selection, filter, entriesMax, bytesMax);
        return new Read.Elsewhere(elsewhere.ask(
                question,
                () -> new Reading(store, store.all(), Integer.MAX_VALUE)
                        .read(place, selection, filter, entriesMax, bytesMax)));
    }

    public CompletionStage<Place> locate(Start start, Selection selection, Filter filter) {
        if (closed) return CompletableFuture.failedStage(closed());
        Starts starts = new Starts(store, start, selection, filter);
        if (start instanceof Start.Latest || !store.isCold(selection, 0)) {
            Place place = starts.slice(store::tail);
            boolean isSure = start instanceof Start.Latest || !store.isCold(selection, 0);
            if (place != null && isSure) return CompletableFuture.completedStage(place);
        }
        Starts again = new Starts(store, start, selection, filter);
        return elsewhere.ask(new Beginning(start, selection, filter, store.head()), () -> again.slice(store::all));
    }

    public CompletionStage<Resolved> resolve(String text) {
        if (closed) return CompletableFuture.failedStage(closed());
        Optional<Cursor> parsed = Cursor.parse(text);
        Long end = parsed.map(cursor -> store.epochs().endOf(cursor.epoch())).orElse(null);
        if (end == null) return oldest();
        Cursor cursor = parsed.orElseThrow();
        if (end >= 0) {
            // Of an earlier life. What it gave behind the end that is on record was lost.
            Cursor last = store.cursor(end);
            Resolved resolved = cursor.position() <= end ? new Resolved.At(cursor) : new Resolved.Lost(Place.at(last));
            return CompletableFuture.completedStage(resolved);
        }
        if (!head().isBefore(cursor)) return CompletableFuture.completedStage(new Resolved.At(cursor));
        CompletableFuture<Resolved> stage = waiters.await(cursor);
        waiters.reached(head()); // It may have moved before we waited.
        return stage;
    }

    private CompletionStage<Resolved> oldest() {
        if (store.coldUpTo() == 0) {
            Place place = Starts.oldest(store, store.tail());
            if (store.coldUpTo() == 0) return CompletableFuture.completedStage(new Resolved.Lost(place));
        }
        return elsewhere.ask(new Oldest(head()), () -> new Resolved.Lost(Starts.oldest(store, store.all())));
    }

    public Cursor head() {
        return store.head();
    }

    public @Nullable Cursor grownSince(Cursor place, Consumer<ChannelName> grown) {
        return growing.since(place, grown);
    }

    public Lag lag(Place place, Selection selection) {
        return growing.lag(place.cursor(), selection);
    }

    public ChannelState channel(ChannelName name) {
        Channel channel = store.channel(name.value());
        if (channel == null) return new ChannelState(name, null, null, null, 0, 0, 0);
        return channel.state(head().position(), store.epochs());
    }

    public List<ChannelState> channels(@Nullable ChannelName after, int max) {
        return states(store.listed(after), max);
    }

    public List<ChannelState> reserved(@Nullable ChannelName after, int max) {
        return states(store.reserved(after), max);
    }

    private List<ChannelState> states(Iterable<Channel> channels, int max) {
        List<ChannelState> found = new ArrayList<>();
        long head = head().position();
        for (Channel channel : channels) {
            if (found.size() >= max) break;
            ChannelState state = channel.state(head, store.epochs());
            if (state.latest() != null || state.end() != null) found.add(state);
        }
        return found;
    }

    public Log.Listening onGrowth(Runnable listener) {
        return growth.listen(listener);
    }

    /// Tells whoever waits for it that the head has moved. Outside any lock: who hears of it may append in turn.
    public void grown() {
        waiters.reached(store.head());
        growth.tell();
    }

    /// Nothing more will come.
    public void close() {
        closed = true;
        waiters.fail(closed());
    }

    /// What whoever still uses a closed log is told.
    public static IllegalStateException closed() {
        return new IllegalStateException("the log is closed");
    }
}
