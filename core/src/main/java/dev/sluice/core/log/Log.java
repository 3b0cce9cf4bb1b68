package dev.sluice.core.log;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Place;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The one ordered record under a hub. A channel is a named view of it, a subscriber a cursor moving through it.
///
/// Four rules keep every kind of log possible, and everything above a log keeps to them:
/// 1. Outcomes are decided by place in the log: nobody checks and then appends.
/// 2. Positions increase, they do not count: outside the log nobody adds, subtracts or divides them.
/// 3. The hub learns of growth from the log only, its own appends included. The head is the committed head, and nothing
///    beyond it is ever read.
/// 4. Resolving a cursor is asynchronous: one of the current epoch ahead of this node's head waits; it is no gap.
///
/// All methods may be called from any thread and none blocks: what takes time gives a stage, or
/// [Read.Elsewhere]. A stage may complete on any thread, and fails only when the log can't keep its promise, or where
/// its method says so.
///
/// A caller that no longer wants the answer of [#locate], [#resolve] or a read may cancel the stage's future
/// ([CompletionStage#toCompletableFuture]): the log then stops waiting or looking for it. Each caller gets a future of
/// its own, so that nobody else is affected.
public interface Log extends AutoCloseable {
    /// Places a draft behind everything else, if its conditions hold. The stage completes when the log's promise is
    /// kept.
    CompletionStage<Appended> append(Publication publication);

    /// Places all of them one behind the other, or none.
    CompletionStage<Appended.Batch> appendAll(List<Publication> publications);

    /// Drops a channel's events and its end. Its readers meet a gap of reason [Gap.Reason#DELETED]; the next publish
    /// begins anew. True if there was anything to drop. The stage completes when that is certain: from then on
    /// nobody meets any of it, though its memory and disk space may come back later.
    CompletionStage<Boolean> delete(ChannelName channel);

    /// Forgets the data of one event and leaves its place. False if the channel keeps no such event.
    CompletionStage<Boolean> forget(ChannelName channel, Cursor id);

    /// Forgets the data of all events of a key that are there when it is asked, and leaves their places. How many there
    /// were. Not at once but from the oldest to the newest: a reader meanwhile may find some forgotten and some
    /// not. The stage completes when all are; should it fail, some may be, and the same may be asked again.
    CompletionStage<Integer> forgetKey(ChannelName channel, String key);

    /// What follows behind a place: looked at in log order, bounded in events and in data bytes (but one entry at
    /// least).
    ///
    /// A gap comes first. It is told exactly when an entry of the selection's channels behind `place.cursor()` was
    /// dropped later than `place.known()`, or one of them was deleted since then; whatever the filter, and nothing
    /// that is kept is skipped for it. After that the reader knows of everything dropped so far.
    Read read(Place place, Selection selection, Filter filter, int entriesMax, long bytesMax);

    /// The place from which a reading with this filter begins as `start` says, knowing of everything dropped so far.
    /// Fails with [SearchRefused] where finding it takes too much, or too many others are looking.
    CompletionStage<Place> locate(Start start, Selection selection, Filter filter);

    /// What became of a cursor that a client brought back. One that lies ahead of this node's head completes
    /// when the head is there; who can't wait for ever sets a time limit.
    CompletionStage<Resolved> resolve(String cursor);

    /// The place behind everything committed.
    Cursor head();

    /// Names the channels that had something appended or deleted behind a place, each at least once, and
    /// returns the head up to which it looked. Null if the log no longer knows: then any channel may have
    /// grown up to [#head].
    @Nullable
    Cursor grownSince(Cursor place, Consumer<ChannelName> grown);

    /// About how far behind the head a reader of this selection is.
    Lag lag(Place place, Selection selection);

    /// A channel as it is now, also one that nobody ever named.
    ChannelState channel(ChannelName name);

    /// Channels with something kept, in the order of their names, reserved names left out.
    ///
    /// @param after only names behind this one; null: from the first
    List<ChannelState> channels(@Nullable ChannelName after, int max);

    /// As [#channels], of the reserved names alone.
    List<ChannelState> reserved(@Nullable ChannelName after, int max);

    /// Calls `listener` each time the head has moved, on the thread that moved it: it must be quick and must not throw.
    /// Closing what is returned ends the calls.
    Listening onGrowth(Runnable listener);

    /// Does what is due by now, as dropping what is too old. Call it about once a second, never from an event loop.
    void maintain();

    /// How many file descriptors the log may come to hold besides those that it has when it is open, so that whoever
    /// opens sockets leaves it as many.
    default int descriptorsMax() {
        return 0;
    }

    /// Why nothing is appended any more until the log is opened anew, in words for its operator; null while the log
    /// works. Reading may go on.
    default @Nullable String failure() {
        return null;
    }

    /// Ends the log cleanly. Whoever still uses it gets failed stages.
    @Override
    void close();

    /// A listener that can be let go.
    interface Listening extends AutoCloseable {
        @Override
        void close();
    }
}
