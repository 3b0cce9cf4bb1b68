package dev.sluice.core.log;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.metrics.AppendCount;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Forwards every call to another log, so that a test's log overrides only what it changes.
public class ForwardingLog implements Log {
    private volatile Log log;

    protected ForwardingLog(Log log) {
        this.log = log;
    }

    /// Forwards all later calls to another log.
    protected final void forwardTo(Log other) {
        log = other;
    }

    /// This log, so that the hub calls what a test overrides.
    @Override
    public LogReader reader() {
        return this;
    }

    /// As [#reader].
    @Override
    public LogWriter writer() {
        return this;
    }

    @Override
    public Read read(ReadCursor place, Selection selection, Filter filter, int entriesMax, long bytesMax) {
        return log.read(place, selection, filter, entriesMax, bytesMax);
    }

    @Override
    public CompletionStage<BackwardRead> readBack(Cursor upTo, Selection selection, int entriesMax, long bytesMax) {
        return log.readBack(upTo, selection, entriesMax, bytesMax);
    }

    @Override
    public CompletionStage<ReadCursor> locate(Start start, Selection selection, Filter filter) {
        return log.locate(start, selection, filter);
    }

    @Override
    public CompletionStage<ResolvedCursor> resolve(String cursor) {
        return log.resolve(cursor);
    }

    @Override
    public Cursor head() {
        return log.head();
    }

    @Override
    public @Nullable Cursor changedSince(Cursor cursor, Consumer<ChannelName> changed) {
        return log.changedSince(cursor, changed);
    }

    @Override
    public long removals() {
        return log.removals();
    }

    @Override
    public boolean hasRemoved(Predicate<ChannelName> channels, long since) {
        return log.hasRemoved(channels, since);
    }

    @Override
    public Lag lag(ReadCursor place, Selection selection) {
        return log.lag(place, selection);
    }

    @Override
    public ChannelState channel(ChannelName name) {
        return log.channel(name);
    }

    @Override
    public boolean keeps(ChannelName name) {
        return log.keeps(name);
    }

    @Override
    public int channelsKept() {
        return log.channelsKept();
    }

    @Override
    public Registration onEmptied(Consumer<ChannelName> listener) {
        return log.onEmptied(listener);
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
    public Registration onHeadMoved(Runnable listener) {
        return log.onHeadMoved(listener);
    }

    @Override
    public CompletionStage<AppendResult> append(Publication publication) {
        return log.append(publication);
    }

    @Override
    public CompletionStage<AppendResult.Batch> appendAll(List<Publication> publications) {
        return log.appendAll(publications);
    }

    @Override
    public CompletionStage<List<RetentionLoss>> changeRules(RetentionRules rules, boolean isConfirmed) {
        return log.changeRules(rules, isConfirmed);
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
    public Map<AppendCount, Long> outcomes() {
        return log.outcomes();
    }

    @Override
    public LogStatus status() {
        return log.status();
    }

    @Override
    public int descriptorsMax() {
        return log.descriptorsMax();
    }

    @Override
    public @Nullable String notReady() {
        return log.notReady();
    }

    @Override
    public @Nullable String failure() {
        return log.failure();
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
