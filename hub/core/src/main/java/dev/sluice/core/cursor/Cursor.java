package dev.sluice.core.cursor;

import java.util.Optional;

/// A place in the hub's log, just after one entry; written out, it is that entry's id. Immutable, safe to share.
///
/// Cursors of one log compare by position, whatever their epochs: positions increase over all epochs of a log.
///
/// @param epoch    the epoch of the log that assigned the position
/// @param position increases with the log but does not count entries; 0 is the start of the log
public record Cursor(Epoch epoch, long position) implements Comparable<Cursor> {
    /// The maximum length of a cursor as text, of this log or another.
    public static final int CHARACTERS_MAX = 512;

    public Cursor {
        if (position < 0) throw new IllegalArgumentException("position must be 0 or more, was " + position);
    }

    /// Whether a text may be a cursor or id of this log or another: 1 to 512 characters of `[A-Za-z0-9._~-]`.
    public static boolean isCursor(String text) {
        return text.length() <= CHARACTERS_MAX && text.matches("[A-Za-z0-9._~-]+");
    }

    /// Parses the form written by [#text]; empty for any other text, which may still be another log's cursor.
    public static Optional<Cursor> parse(String text) {
        int dash = text.lastIndexOf('-');
        if (dash < 1 || dash > 32 || text.length() - dash > 20) return Optional.empty();
        String digits = text.substring(dash + 1);
        // Rejects "007" and "+7", so that equal cursors have equal texts.
        if (!digits.matches("0|[1-9][0-9]{0,17}") || !text.substring(0, dash).matches("[A-Za-z0-9]+")) {
            return Optional.empty();
        }
        return Optional.of(new Cursor(new Epoch(text.substring(0, dash)), Long.parseLong(digits)));
    }

    /// The form on the wire, opaque to clients: `[A-Za-z0-9-]`, at most 52 characters.
    public String text() {
        return epoch.value() + "-" + position;
    }

    /// Whether this cursor is before the other.
    public boolean isBefore(Cursor other) {
        return position < other.position;
    }

    public static Cursor later(Cursor one, Cursor other) {
        return one.isBefore(other) ? other : one;
    }

    @Override
    public int compareTo(Cursor other) {
        return Long.compare(position, other.position);
    }

    @Override
    public String toString() {
        return text();
    }
}
