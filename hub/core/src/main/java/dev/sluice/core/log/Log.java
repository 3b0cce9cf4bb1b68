package dev.sluice.core.log;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.metrics.AppendCount;
import dev.sluice.core.peers.Peers;
import dev.sluice.core.peers.ReplicationStatus;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The one ordered record under a hub. A channel is a named view of it, a subscriber a cursor moving through it.
///
/// Callers follow four rules, so that any kind of log can implement this interface:
/// 1. The order of the log decides outcomes: no caller checks first and then appends.
/// 2. Positions increase but do not count entries: only the log adds, subtracts or divides them.
/// 3. The hub learns only from the log that the head has moved, also after its own appends. The head is the
///    committed head, and nothing beyond it is ever read.
/// 4. Resolving a cursor is asynchronous: a cursor of the current epoch ahead of this node's head waits and is no
///    gap.
///
/// Callers that only read take a [LogReader].
public interface Log extends LogReader, LogWriter, AutoCloseable {
    /// The reading half, to which this interface forwards calls.
    LogReader reader();

    /// The writing half, to which this interface forwards calls.
    LogWriter writer();

    /// Runs maintenance, such as dropping expired entries. Call it about once a second, never from an event loop.
    void maintain();

    /// The number of file descriptors that the log may need in addition to those that it has when it is opened.
    /// Sockets must leave that many free.
    default int descriptorsMax() {
        return 0;
    }

    /// The outcomes of appends decided since the log was opened, by kind.
    Map<AppendCount, Long> outcomes();

    /// The size of the log and how it writes, as it was when it was last [maintained][#maintain]. May be called
    /// from any thread.
    LogStatus status();

    /// The cursor up to which the log is known to be on disk; null if the log is in memory. May be called from
    /// any thread.
    default @Nullable Cursor synced() {
        return head();
    }

    /// Why the log accepts no appends until it is opened again, as a message for the operator; null while it works.
    /// Reads may still work.
    default @Nullable String failure() {
        return null;
    }

    /// The other nodes that keep this log.
    default Peers peers() {
        return Peers.NONE;
    }

    /// Why clients should use another node for now, as a message for the operator; null if this node serves them
    /// well. May be called from any thread, and does not block.
    default @Nullable String notReady() {
        return null;
    }

    /// This node's part in the order of a log that several nodes keep; null if this process alone keeps it. May
    /// be called from any thread.
    default @Nullable ReplicationStatus replication() {
        return null;
    }

    /// Closes the log cleanly. Later calls return failed stages.
    @Override
    void close();

    @Override
    default Read read(ReadCursor place, Selection selection, Filter filter, int entriesMax, long bytesMax) {
        return reader().read(place, selection, filter, entriesMax, bytesMax);
    }

    @Override
    default CompletionStage<BackwardRead> readBack(Cursor upTo, Selection selection, int entriesMax, long bytesMax) {
        return reader().readBack(upTo, selection, entriesMax, bytesMax);
    }

    @Override
    default CompletionStage<ReadCursor> locate(Start start, Selection selection, Filter filter) {
        return reader().locate(start, selection, filter);
    }

    @Override
    default CompletionStage<ResolvedCursor> resolve(String cursor) {
        return reader().resolve(cursor);
    }

    @Override
    default Cursor head() {
        return reader().head();
    }

    @Override
    default @Nullable Cursor changedSince(Cursor cursor, Consumer<ChannelName> changed) {
        return reader().changedSince(cursor, changed);
    }

    @Override
    default long removals() {
        return reader().removals();
    }

    @Override
    default boolean hasRemoved(Predicate<ChannelName> channels, long since) {
        return reader().hasRemoved(channels, since);
    }

    @Override
    default Lag lag(ReadCursor place, Selection selection) {
        return reader().lag(place, selection);
    }

    @Override
    default ChannelState channel(ChannelName name) {
        return reader().channel(name);
    }

    @Override
    default boolean keeps(ChannelName name) {
        return reader().keeps(name);
    }

    @Override
    default int channelsKept() {
        return reader().channelsKept();
    }

    @Override
    default Registration onEmptied(Consumer<ChannelName> listener) {
        return reader().onEmptied(listener);
    }

    @Override
    default List<ChannelState> channels(@Nullable ChannelName after, int max) {
        return reader().channels(after, max);
    }

    @Override
    default List<ChannelState> reserved(@Nullable ChannelName after, int max) {
        return reader().reserved(after, max);
    }

    @Override
    default Registration onHeadMoved(Runnable listener) {
        return reader().onHeadMoved(listener);
    }

    @Override
    default CompletionStage<AppendResult> append(Publication publication) {
        return writer().append(publication);
    }

    @Override
    default CompletionStage<AppendResult.Batch> appendAll(List<Publication> publications) {
        return writer().appendAll(publications);
    }

    @Override
    default CompletionStage<Boolean> delete(ChannelName channel) {
        return writer().delete(channel);
    }

    @Override
    default CompletionStage<Boolean> forget(ChannelName channel, Cursor id) {
        return writer().forget(channel, id);
    }

    @Override
    default CompletionStage<Integer> forgetKey(ChannelName channel, String key) {
        return writer().forgetKey(channel, key);
    }

    @Override
    default CompletionStage<List<RetentionLoss>> changeRules(RetentionRules rules, boolean isConfirmed) {
        return writer().changeRules(rules, isConfirmed);
    }
}
