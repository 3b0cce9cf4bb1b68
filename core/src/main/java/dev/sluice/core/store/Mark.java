package dev.sluice.core.store;

/// The last thing that a channel lost.
///
/// A position and a moment, because one alone does not do. A reader misses something if it lies behind its
/// cursor, and does not know of it if it was dropped after it was told last. With the position alone, a reader
/// that was told of a hole far ahead of it would never hear of what retention takes from it on the way there.
///
/// @param position of the last entry dropped; of the deletion, if that is what happened
/// @param at       the moment, as a position that nothing else has: what was dropped later has a greater one
/// @param deletion whether the channel was deleted
public record Mark(long position, long at, boolean deletion) {
    public static final Mark NOTHING = new Mark(0, 0, false);

    /// Whether a reader at `cursor`, knowing of what was dropped up to `known`, is to be told.
    boolean isNews(long cursor, long known) {
        return position > cursor && at > known;
    }

    /// One mark for two channels: it is news to everybody to whom one of them was.
    Mark with(Mark other) {
        boolean newer = other.at > at;
        return new Mark(Math.max(position, other.position), Math.max(at, other.at), newer ? other.deletion : deletion);
    }
}
