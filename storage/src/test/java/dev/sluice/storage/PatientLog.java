package dev.sluice.storage;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Place;
import dev.sluice.core.log.Appended;
import dev.sluice.core.log.ChannelState;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.Lag;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Read;
import dev.sluice.core.log.Resolved;
import dev.sluice.core.log.Start;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// A log whose readers wait for what is elsewhere, so that the contract's tests can read it.
record PatientLog(Log log, AtomicLong waits) implements Log {
    PatientLog(Log log) {
        this(log, new AtomicLong());
    }

    @Override
    public Read read(Place place, Selection selection, Filter filter, int entriesMax, long bytesMax) {
        Read read = log.read(place, selection, filter, entriesMax, bytesMax);
        if (!(read instanceof Read.Elsewhere(var later))) return read;
        waits.incrementAndGet();
        try {
            return later.toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (Exception failed) {
            throw new AssertionError("a cold read failed: " + failed, failed);
        }
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
    public Cursor grownSince(Cursor place, Consumer<ChannelName> grown) {
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
    public List<ChannelState> channels(ChannelName after, int max) {
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
