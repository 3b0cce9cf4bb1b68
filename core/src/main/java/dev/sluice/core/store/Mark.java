package dev.sluice.core.store;

import org.jspecify.annotations.Nullable;

/// The last thing that a channel lost.
///
/// A position and a moment, because one alone does not do. A reader misses something if it lies behind its
/// cursor, and does not know of it if it was dropped after it was told last. With the position alone, a reader
/// that was told of a hole far ahead of it would never hear of what retention takes from it on the way there.
///
/// @param position of the last entry dropped; of the deletion, if that is what happened
/// @param at       the moment, as a position that nothing else has: what was dropped later has a greater one
/// @param deletion whether the channel was deleted
/// @param later    what was dropped after that and in front of it, from among what was kept there; null: nothing
public record Mark(
        long position, long at, boolean deletion, @Nullable Mark later) {
    public static final Mark NOTHING = new Mark(0, 0, false);

    public Mark(long position, long at, boolean deletion) {
        this(position, at, deletion, null);
    }

    /// When something was dropped last.
    long newest() {
        return later == null ? at : Math.max(at, later.at);
    }

    /// What a reader at `cursor`, knowing of what was dropped up to `known`, is to be told of.
    Mark news(long cursor, long known) {
        Mark news = position > cursor && at > known ? new Mark(position, at, deletion) : NOTHING;
        return later == null ? news : news.with(later.news(cursor, known));
    }

    /// This, the newest, and what it does not cover of the one before.
    public Mark over(@Nullable Mark before) {
        if (before == null || before.position <= position) return this;
        Mark front = before.later == null ? this : with(before.later);
        return new Mark(before.position, before.at, before.deletion, front);
    }

    /// One mark for both, when they need no longer be told apart.
    Mark folded() {
        return later == null ? this : with(later);
    }

    /// One mark for two channels: it is news to everybody to whom one of them was.
    public Mark with(Mark other) {
        boolean newer = other.at > at;
        return new Mark(Math.max(position, other.position), Math.max(at, other.at), newer ? other.deletion : deletion);
    }
}
