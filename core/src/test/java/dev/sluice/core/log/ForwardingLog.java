package dev.sluice.core.log;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Place;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Passes everything on to another log: what a log of tests does differently is all that it has to say.
public class ForwardingLog implements Log {
    private volatile Log log;

    protected ForwardingLog(Log log) {
        this.log = log;
    }

    /// From now on everything goes to another log.
    protected final void become(Log other) {
        log = other;
    }

    @Override
    public Read read(Place place, Selection selection, Filter filter, int entriesMax, long bytesMax) {
        return log.read(place, selection, filter, entriesMax, bytesMax);
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
    public int descriptorsMax() {
        return log.descriptorsMax();
    }

    @Override
    public @Nullable String failure() {
        return log.failure();
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
    public List<ChannelState> reserved(@Nullable ChannelName after, int max) {
        return log.reserved(after, max);
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
