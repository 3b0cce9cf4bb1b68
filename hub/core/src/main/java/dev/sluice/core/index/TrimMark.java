package dev.sluice.core.index;

import org.jspecify.annotations.Nullable;

/// The last loss of a channel.
///
/// A mark has a position and a moment, because neither is enough alone. A loss concerns a reader if the position
/// is after the reader's cursor and the moment is after the last loss reported to the reader. With the position
/// alone, a reader that was sent a gap far ahead would miss entries that retention drops before that position
/// later.
///
/// @param position the position of the last entry dropped, or of the deletion
/// @param at       the moment of the drop, as a log position used for nothing else: later drops have greater
///                 moments
/// @param deletion whether the channel was deleted
/// @param later    a later drop of entries that were retained before `position`; null if there was none
public record TrimMark(
        long position, long at, boolean deletion, @Nullable TrimMark later) {
    public static final TrimMark NOTHING = new TrimMark(0, 0, false);

    public TrimMark(long position, long at, boolean deletion) {
        this(position, at, deletion, null);
    }

    /// The moment of the last drop.
    public long newest() {
        return later == null ? at : Math.max(at, later.at);
    }

    /// The part of this mark that a reader at `cursor` does not know of, if it knows of drops up to the moment
    /// `known`; [#NOTHING] if it knows of all.
    TrimMark unseen(long cursor, long known) {
        TrimMark unseen = position > cursor && at > known ? new TrimMark(position, at, deletion) : NOTHING;
        return later == null ? unseen : unseen.with(later.unseen(cursor, known));
    }

    /// This newer mark, combined with the part of the previous mark that it does not cover.
    public TrimMark mergedOver(@Nullable TrimMark previous) {
        if (previous == null || previous.position <= position) return this;
        TrimMark both = previous.later == null ? this : with(previous.later);
        return new TrimMark(previous.position, previous.at, previous.deletion, both);
    }

    /// One mark for this and [#later], for a use that no longer distinguishes them.
    TrimMark folded() {
        return later == null ? this : with(later);
    }

    /// One mark for two channels: unseen by every reader that has not seen one of them.
    public TrimMark with(TrimMark other) {
        if (other.at == 0) return this; // The common case: nothing was lost.
        boolean newer = other.at > at;
        return new TrimMark(
                Math.max(position, other.position), Math.max(at, other.at), newer ? other.deletion : deletion);
    }
}
