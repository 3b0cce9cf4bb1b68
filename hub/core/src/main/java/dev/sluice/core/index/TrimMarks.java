package dev.sluice.core.index;

import dev.sluice.core.channel.Pattern;
import dev.sluice.core.channel.Selection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The marks of what channels lost, so that no reader misses entries without a gap. Marks are written **before**
/// the entries are removed, and readers check them **after** they have looked for entries; so a reader finds a
/// mark for every entry that it did not find.
///
/// Each channel has one mark, for its last loss. Marks of empty channels that are old, or exceed the limit of
/// their number, are folded into one mark that applies to every channel without state. A reader of a channel
/// that has been empty for long may therefore receive a gap without cause, but never misses one. The mark of an
/// empty channel takes about 680 bytes, including the channel's name.
public final class TrimMarks {
    private static final int SPINS_MAX = 1_000;
    private static final long PAUSE_NANOS = 10_000;

    private final TrimTimeline losses = new TrimTimeline();

    /// The channels with only a mark left, and since when they have been empty, longest first. Guarded by the
    /// log's lock.
    private final LinkedHashMap<ChannelIndex, Long> emptySinceMs = new LinkedHashMap<>();

    private volatile long newest;
    private volatile long settled;
    private volatile PendingTrim pendingTrim = PendingTrim.NOTHING;
    private volatile TrimMark folded = TrimMark.NOTHING;

    /// The furthest position that was lost. Retention drops old entries, so it is usually far behind the head.
    private volatile long furthest;

    private long foldedDeletion;

    /// The moment of the last published drop. A reader that knows of it knows of every drop so far.
    long newest() {
        return newest;
    }

    /// The moment up to which all dropped entries have been removed.
    long settled() {
        return settled;
    }

    /// The trim whose entries are being removed.
    PendingTrim pendingTrim() {
        return pendingTrim;
    }

    /// Begins a trim. Call it before the trim's marks are put.
    void begin(PendingTrim trim) {
        pendingTrim = trim;
    }

    /// The mark shared by all channels without state.
    public TrimMark folded() {
        return folded;
    }

    /// The position up to which channels without state may have been deleted. For the writer.
    public long foldedDeletion() {
        return foldedDeletion;
    }

    /// Puts a mark. Call [#publish] afterwards.
    void put(ChannelIndex channel, TrimMark mark) {
        TrimMark all = mark.mergedOver(channel.mark);
        channel.mark = all;
        losses.put(channel, all.newest());
        furthest = Math.max(furthest, all.position());
    }

    /// Publishes all marks put with this moment at once.
    void publish(long at) {
        newest = at;
    }

    /// Records that all entries dropped at this moment have been removed.
    void settle(long at) {
        settled = at;
        pendingTrim = PendingTrim.NOTHING; // After the moment: a reader that sees this write also sees that one.
    }

    /// Records that a channel has only its mark left.
    void emptied(ChannelIndex channel, long nowMs) {
        emptySinceMs.put(channel, nowMs);
    }

    /// Waits until the marks already put with this moment are published, which takes the writer a few
    /// instructions. If the writer loses its processor before that, the waiting thread parks and so yields its
    /// own.
    void await(long at) {
        for (int spins = 0; newest < at; spins++) {
            if (spins < SPINS_MAX) Thread.onSpinWait();
            else LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /// Transfers the mark of a deleted channel to the channel that takes over its name.
    void transfer(ChannelIndex channel, ChannelIndex successor) {
        losses.replace(channel, successor);
    }

    /// Restores the losses of earlier epochs.
    void restore(TrimMark folded, long foldedDeletion, long newest) {
        this.folded = folded;
        this.foldedDeletion = foldedDeletion;
        this.newest = newest;
        settled = newest;
    }

    /// Restores the mark of a channel of earlier epochs.
    void restore(ChannelIndex channel) {
        if (channel.mark == null) return;
        losses.put(channel, channel.mark.newest());
        furthest = Math.max(furthest, channel.mark.position());
    }

    /// Records that a channel keeps entries again.
    void revived(ChannelIndex channel) {
        emptySinceMs.remove(channel);
    }

    /// The channels with only a mark left, and since when they have been empty, longest first. For the writer.
    public Map<ChannelIndex, Long> emptySinceMs() {
        return emptySinceMs;
    }

    /// Folds the mark of a channel with nothing else left.
    ///
    /// @param forget removes the channel
    void fold(ChannelIndex channel, Consumer<ChannelIndex> forget) {
        TrimMark mark = Objects.requireNonNull(channel.mark, "an empty channel has a mark");
        emptySinceMs.remove(channel);
        foldedDeletion = Math.max(foldedDeletion, channel.deletedAt);
        folded = folded.with(mark.folded()); // Before the channel's own mark is removed.
        forget.accept(channel);
        losses.remove(channel);
    }

    /// The losses of a selection that a reader at `cursor`, knowing of drops up to the moment `known`, does not
    /// know of: one mark with the newest moment and the furthest position; [TrimMark#NOTHING] if there are none.
    ///
    /// @param marksMax the maximum number of marks examined for wildcards
    /// @return null if more than `marksMax` marks would have to be examined
    @Nullable
    TrimMark unseen(long cursor, long known, Selection selection, int marksMax, Index index) {
        if (newest <= known) return TrimMark.NOTHING;
        if (!selection.isNamed()) {
            TrimMark unseen = unseenOfWildcards(cursor, known, selection, marksMax, index);
            // The folded mark last: a mark is folded before it is removed.
            return unseen == null ? null : unseen.with(folded.unseen(cursor, known));
        }
        TrimMark unseen = TrimMark.NOTHING;
        for (Pattern pattern : selection.patterns()) {
            ChannelIndex channel = index.channel(pattern.value());
            TrimMark mark = channel == null ? folded : channel.mark;
            if (mark != null) unseen = unseen.with(mark.unseen(cursor, known));
        }
        return unseen;
    }

    /// Examines the losses the reader does not know of or, if they are too many, the marks of the
    /// selection's channels.
    private @Nullable TrimMark unseenOfWildcards(long cursor, long known, Selection selection, int max, Index index) {
        TrimMark unseen = TrimMark.NOTHING;
        int examined = 0;
        // An entry after the cursor can only have been lost at a moment after the cursor.
        for (ChannelIndex channel : losses.after(Math.max(cursor, known))) {
            if (examined++ == max) {
                List<ChannelIndex> channels = index.channels.known(selection);
                return channels == null ? null : unseen(cursor, known, channels);
            }
            TrimMark mark = channel.mark;
            if (mark != null && selection.matches(channel.name)) unseen = unseen.with(mark.unseen(cursor, known));
        }
        return unseen;
    }

    private static TrimMark unseen(long cursor, long known, List<ChannelIndex> channels) {
        TrimMark unseen = TrimMark.NOTHING;
        for (ChannelIndex channel : channels) {
            TrimMark mark = channel.mark;
            if (mark != null) unseen = unseen.with(mark.unseen(cursor, known));
        }
        return unseen;
    }

    /// Passes the channels that lost entries after a position to a consumer, some of them twice. Costs nothing
    /// in the common case that no channel did.
    void lostAfter(long position, Consumer<ChannelIndex> consumer) {
        if (furthest <= position) return;
        for (ChannelIndex channel : losses.after(position)) {
            TrimMark mark = channel.mark;
            if (mark != null && mark.position() > position) consumer.accept(channel);
        }
    }

    /// The approximate number of marks that [#lostAfter] examines, counted up to a bound.
    int countAfter(long position, int max) {
        if (furthest <= position) return 0;
        int count = 0;
        var channels = losses.after(position).iterator();
        while (count < max && channels.hasNext()) {
            channels.next();
            count++;
        }
        return count;
    }
}
