package dev.sluice.core.log;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The reading half of a log: readers see it grow in one order. All methods may be called from any thread, and
/// none blocks: slow operations return a stage or [Read.Pending]. A stage may complete on any thread. It fails
/// only if the log cannot keep its promise, or as its method documents.
///
/// A caller may cancel the future ([CompletionStage#toCompletableFuture]) of [#locate], [#resolve] or a read, and
/// the log stops waiting or searching for it. Each caller gets its own future, so that no other caller is
/// affected.
public interface LogReader {
    /// Reads the entries after a place in log order, limited in number and in bytes of data, but at least one.
    ///
    /// A gap is returned first, if and only if an entry of the selection's channels after `place.cursor()` was
    /// dropped later than `place.known()`, or one of these channels was deleted since then. The filter does not
    /// matter for gaps, and a gap skips no entry that is kept. After it the reader knows of every drop so far.
    Read read(ReadCursor place, Selection selection, Filter filter, int entriesMax, long bytesMax);

    /// Reads the entries up to a cursor, newest first, limited in number and in bytes of data, but at least one.
    ///
    /// For searches: it reports no gaps, and entries dropped during the read may or may not be included.
    ///
    /// @param upTo inclusive; beyond the head it stands for the head
    CompletionStage<BackwardRead> readBack(Cursor upTo, Selection selection, int entriesMax, long bytesMax);

    /// Finds the place where a reader with this filter starts, which knows of every drop so far. Fails with
    /// [SearchRejectedException] if the search takes too long or too many searches wait.
    CompletionStage<ReadCursor> locate(Start start, Selection selection, Filter filter);

    /// Resolves a cursor sent by a client. For a cursor ahead of this node's head, the stage completes when the
    /// head reaches it; the caller sets a time limit if needed. Fails with [SearchRejectedException] if too many
    /// cursors wait.
    CompletionStage<ResolvedCursor> resolve(String cursor);

    /// The cursor after the last committed entry.
    Cursor head();

    /// Passes the channels with appends or deletions after a cursor to a consumer, each at least once.
    ///
    /// @return the head up to which it looked; null if the log no longer knows, so that any channel may have
    ///         changed up to [#head]
    @Nullable
    Cursor changedSince(Cursor cursor, Consumer<ChannelName> changed);

    /// The number of deletions of channels and erasures of data so far.
    long removals();

    /// Whether one of the deletions and erasures after the first `since` was in one of these channels: then entries
    /// read before may be gone. Also returns true if the log no longer knows.
    boolean hasRemoved(Predicate<ChannelName> channels, long since);

    /// Estimates how far a reader of this selection is behind the head.
    Lag lag(ReadCursor place, Selection selection);

    /// The state of a channel now; the state of an empty channel if the log has no channel of this name.
    ChannelState channel(ChannelName name);

    /// Returns true if a channel keeps entries. Takes one lookup of its name and allocates nothing.
    boolean keeps(ChannelName name);

    /// The number of channels that keep entries, reserved names included.
    int channelsKept();

    /// Calls `listener` with each channel that has ceased to keep entries, once for each time, after [#keeps] has
    /// become false. The writer calls it and waits for it: it must return quickly, must not throw, and must not
    /// append. Close the registration to end the calls.
    Registration onEmptied(Consumer<ChannelName> listener);

    /// Channels that keep entries, in the order of their names, without reserved names.
    ///
    /// @param after lists only names after this one; null to list all
    List<ChannelState> channels(@Nullable ChannelName after, int max);

    /// Channels that keep entries, in the order of their names, with reserved names only.
    List<ChannelState> reserved(@Nullable ChannelName after, int max);

    /// Calls `listener` each time the head has moved, on the thread that moved it: it must return quickly and must
    /// not throw. Close the registration to end the calls.
    Registration onHeadMoved(Runnable listener);
}
