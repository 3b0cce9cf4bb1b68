package dev.sluice.core.memory;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Place;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Appended;
import dev.sluice.core.log.ChannelState;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.Lag;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Read;
import dev.sluice.core.log.Resolved;
import dev.sluice.core.log.Start;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A log in memory: appends are acknowledged at once, reads never wait, and all of it is gone when the process
/// ends.
///
/// Writers take turns under one lock, for about a microsecond an entry; a deletion, and forgetting a key, hold
/// it for as long as the channel has entries to go through. Readers take no lock. Memory: about 250 bytes an
/// event besides its data, about 500 more for each channel; the builder has the limits. Somebody must call
/// [#maintain] about once a second.
public final class MemoryLog implements Log {
    /// What one turn of [#maintain] drops under the lock, and how many turns one call takes.
    private static final int MAINTAINED_MAX = 1024;

    private static final int TURNS_MAX = 256;

    private final InstantSource clock;
    private final Store store;
    private final Reading reading;
    private final Starts starts;
    private final Growing growing;
    private final Waiters waiters;
    private final Growth growth = new Growth();
    private final ReentrantLock lock = new ReentrantLock();
    private long lastMs;
    private volatile boolean closed;

    MemoryLog(Store store, InstantSource clock) {
        this.clock = clock;
        this.store = store;
        reading = new Reading(store);
        starts = new Starts(store, reading);
        growing = new Growing(store);
        waiters = new Waiters(store.limits.waitersMax());
    }

    /// Everything about a log but its clock has a default.
    public static MemoryLogBuilder builder(InstantSource clock) {
        return new MemoryLogBuilder(clock);
    }

    @Override
    public CompletionStage<Appended> append(Publication publication) {
        return write(() -> {
            long nowMs = nowMs();
            Staging staging = new Staging(store, nowMs);
            Appended outcome = staging.stage(publication);
            store.commit(staging, nowMs);
            return outcome;
        });
    }

    @Override
    public CompletionStage<Appended.Batch> appendAll(List<Publication> publications) {
        return write(() -> {
            long nowMs = nowMs();
            Staging staging = new Staging(store, nowMs);
            List<Appended> outcomes = new ArrayList<>(publications.size());
            for (Publication publication : publications) {
                Appended outcome = staging.stage(publication);
                boolean refused = switch (outcome) {
                    case Appended.Placed placed -> false;
                    case Appended.Same same -> false;
                    case Appended.KeyReused reused -> true;
                    case Appended.NewestDiffers differs -> true;
                    case Appended.Ended ended -> true;
                };
                if (refused) return new Appended.Batch.None(outcomes.size(), outcome);
                outcomes.add(outcome);
            }
            store.commit(staging, nowMs);
            return new Appended.Batch.All(outcomes);
        });
    }

    @Override
    public CompletionStage<Boolean> delete(ChannelName channel) {
        return write(() -> store.delete(channel, nowMs()));
    }

    @Override
    public CompletionStage<Boolean> forget(ChannelName name, Cursor id) {
        return write(() -> {
            Channel channel = store.channel(name.value());
            if (channel == null) return false;
            if (!(channel.track.at(id.position()) instanceof Event event)
                    || !event.id().equals(id)) return false;
            store.forget(channel, event);
            return true;
        });
    }

    @Override
    public CompletionStage<Integer> forgetKey(ChannelName name, String key) {
        return write(() -> {
            Channel channel = store.channel(name.value());
            if (channel == null) return 0;
            int count = 0;
            Walk walk = channel.track.after(0, Long.MAX_VALUE);
            for (Entry entry = walk.next(); entry != null; entry = walk.next()) {
                if (!(entry instanceof Event event) || !key.equals(event.key())) continue;
                store.forget(channel, event);
                count++;
            }
            return count;
        });
    }

    /// Drops what is too old. To be called about once a second, by any thread; does at most a few milliseconds'
    /// work.
    @Override
    public void maintain() {
        boolean more = true;
        for (int turn = 0; more && turn < TURNS_MAX; turn++) {
            lock.lock(); // For each turn again, so that appends need not wait for all of them.
            try {
                more = store.maintain(nowMs(), MAINTAINED_MAX);
            } finally {
                lock.unlock();
            }
        }
    }

    private <T> CompletionStage<T> write(Supplier<T> change) {
        Cursor before;
        T outcome;
        lock.lock();
        try {
            if (closed) return CompletableFuture.failedStage(closed());
            before = store.head();
            outcome = change.get();
        } catch (RuntimeException broken) {
            return CompletableFuture.failedStage(broken);
        } finally {
            lock.unlock();
        }
        Cursor head = store.head();
        if (before.isBefore(head)) { // Outside the lock: who hears of it may append in turn.
            waiters.reached(head);
            growth.tell();
        }
        return CompletableFuture.completedStage(outcome);
    }

    /// Time never goes back along the log, whatever the clock does. Under the lock.
    private long nowMs() {
        lastMs = Math.max(lastMs, clock.millis());
        return lastMs;
    }

    @Override
    public Read read(Place place, Selection selection, Filter filter, int entriesMax, long bytesMax) {
        return reading.read(place, selection, filter, entriesMax, bytesMax);
    }

    @Override
    public CompletionStage<Place> locate(Start start, Selection selection, Filter filter) {
        if (closed) return CompletableFuture.failedStage(closed());
        if (starts.isQuick(start, selection, filter)) {
            return CompletableFuture.completedStage(starts.locate(start, selection, filter));
        }
        return CompletableFuture.supplyAsync(() -> starts.locate(start, selection, filter), Thread.ofVirtual()::start);
    }

    @Override
    public CompletionStage<Resolved> resolve(String text) {
        if (closed) return CompletableFuture.failedStage(closed());
        Optional<Cursor> ours =
                Cursor.parse(text).filter(cursor -> cursor.epoch().equals(store.epoch()));
        if (ours.isEmpty()) return CompletableFuture.completedStage(new Resolved.Lost(starts.oldest()));
        Cursor cursor = ours.get();
        if (!head().isBefore(cursor)) return CompletableFuture.completedStage(new Resolved.At(cursor));
        CompletableFuture<Resolved> stage = waiters.await(cursor);
        waiters.reached(head()); // It may have moved before we waited.
        return stage;
    }

    @Override
    public Cursor head() {
        return store.head();
    }

    @Override
    public @Nullable Cursor grownSince(Cursor place, Consumer<ChannelName> grown) {
        return growing.since(place, grown);
    }

    @Override
    public Lag lag(Place place, Selection selection) {
        return growing.lag(place.cursor(), selection);
    }

    @Override
    public ChannelState channel(ChannelName name) {
        Channel channel = store.channel(name.value());
        if (channel == null) return new ChannelState(name, null, null, null, 0, 0, 0);
        return channel.state(head().position());
    }

    @Override
    public List<ChannelState> channels(@Nullable ChannelName after, int max) {
        List<ChannelState> found = new ArrayList<>();
        long head = head().position();
        for (Channel channel : store.listed(after)) {
            if (found.size() >= max) break;
            ChannelState state = channel.state(head);
            if (state.latest() != null || state.end() != null) found.add(state);
        }
        return found;
    }

    /// How many channels cost memory: those that keep something, or a mark of what they lost.
    int channelsHeld() {
        return store.channelsHeld();
    }

    @Override
    public Listening onGrowth(Runnable listener) {
        return growth.listen(listener);
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        waiters.fail(closed());
    }

    private static IllegalStateException closed() {
        return new IllegalStateException("the log is closed");
    }
}
