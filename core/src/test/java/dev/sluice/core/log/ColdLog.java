package dev.sluice.core.log;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Place;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A log that has what lies before a horizon elsewhere: such reads are answered later, when the test says so.
public final class ColdLog implements Log {
    private final Log log;
    private final Queue<Runnable> pending = new ConcurrentLinkedQueue<>();
    private volatile @Nullable Cursor horizon;

    public ColdLog(Log log) {
        this.log = log;
    }

    /// From now on, reads from before this place are answered with [Read.Elsewhere].
    public void coolBefore(Cursor place) {
        horizon = place;
    }

    /// How many reads wait for an answer.
    public int pending() {
        return pending.size();
    }

    /// Answers the read that waits longest, as the log is now. False if none waits.
    public boolean answer() {
        Runnable first = pending.poll();
        if (first == null) return false;
        first.run();
        return true;
    }

    /// Fails the read that waits longest.
    public void fail(RuntimeException reason) {
        failure = reason;
        try {
            answer();
        } finally {
            failure = null;
        }
    }

    private @Nullable RuntimeException failure;

    @Override
    public Read read(Place place, Selection selection, Filter filter, int entriesMax, long bytesMax) {
        Cursor cold = horizon;
        if (cold == null || !place.cursor().isBefore(cold)) {
            return log.read(place, selection, filter, entriesMax, bytesMax);
        }
        CompletableFuture<Read> later = new CompletableFuture<>();
        pending.add(() -> {
            RuntimeException reason = failure;
            if (reason != null) later.completeExceptionally(reason);
            else later.complete(log.read(place, selection, filter, entriesMax, bytesMax));
        });
        return new Read.Elsewhere(later);
    }

    @Override
    public CompletionStage<Appended> append(Publication publication) {
        return log.append(publication);
    }

    @Override
    public CompletionStage<Appended.Batch> appendAll(List<Publication> publications) {
        return log.appendAll(publications);
    }

    @Override
    public CompletionStage<Boolean> delete(ChannelName channel) {
        return log.delete(channel);
    }

    @Override
    public CompletionStage<Boolean> forget(ChannelName channel, Cursor id) {
        return log.forget(channel, id);
    }

    @Override
    public CompletionStage<Integer> forgetKey(ChannelName channel, String key) {
        return log.forgetKey(channel, key);
    }

    @Override
    public CompletionStage<Place> locate(Start start, Selection selection, Filter filter) {
        return log.locate(start, selection, filter);
    }

    @Override
    public CompletionStage<Resolved> resolve(String cursor) {
        return log.resolve(cursor);
    }

    @Override
    public Cursor head() {
        return log.head();
    }

    @Override
    public @Nullable Cursor grownSince(Cursor place, Consumer<ChannelName> grown) {
        return log.grownSince(place, grown);
    }

    @Override
    public Lag lag(Place place, Selection selection) {
        return log.lag(place, selection);
    }

    @Override
    public ChannelState channel(ChannelName name) {
        return log.channel(name);
    }

    @Override
    public List<ChannelState> channels(@Nullable ChannelName after, int max) {
        return log.channels(after, max);
    }

    @Override
    public Listening onGrowth(Runnable listener) {
        return log.onGrowth(listener);
    }

    @Override
    public void maintain() {
        log.maintain();
    }

    @Override
    public void close() {
        log.close();
    }
}
