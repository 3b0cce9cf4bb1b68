package dev.sluice.core.encoded;

import org.jspecify.annotations.Nullable;

/// An event's bytes in one wire form, and a link to its bytes in others: most events have one or two.
/// Immutable; an event puts a new first link in place of the old one.
///
/// @param form    which form, see the wire that wrote it
/// @param segment where the bytes are, as long as it lives
/// @param next    the event's other forms
public record Encoded(
        int form,
        Segment segment,
        int offset,
        int length,
        @Nullable Encoded next) {
    /// The bytes of a form, if they are still there.
    public static @Nullable Encoded find(@Nullable Encoded first, int form) {
        for (Encoded each = first; each != null; each = each.next) {
            if (each.form == form) return each.segment.isLive() ? each : null;
        }
        return null;
    }

    /// The links without one form and without those whose bytes are gone.
    static @Nullable Encoded without(@Nullable Encoded first, int form) {
        if (first == null) return null;
        Encoded rest = without(first.next, form);
        if (first.form == form || !first.segment.isLive()) return rest;
        return new Encoded(first.form, first.segment, first.offset, first.length, rest);
    }

    /// These bytes in front of an event's other forms.
    public Encoded before(@Nullable Encoded others) {
        return new Encoded(form, segment, offset, length, without(others, form));
    }
}
