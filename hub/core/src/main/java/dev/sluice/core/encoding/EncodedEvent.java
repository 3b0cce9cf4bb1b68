package dev.sluice.core.encoding;

import org.jspecify.annotations.Nullable;

/// An event's bytes in one wire format, linked to its bytes in other formats: most events have one or two.
/// Immutable; a new encoding becomes the first link of the event's list.
///
/// @param formatId identifies the wire format
/// @param segment  holds the bytes while it is live
/// @param offset the offset of the bytes in the segment
/// @param length the number of bytes
/// @param next     the event's bytes in other formats
public record EncodedEvent(
        int formatId,
        Segment segment,
        int offset,
        int length,
        @Nullable EncodedEvent next) {
    /// The bytes in a format; null if there are none or their segment is retired.
    public static @Nullable EncodedEvent find(@Nullable EncodedEvent first, int formatId) {
        for (EncodedEvent each = first; each != null; each = each.next) {
            if (each.formatId == formatId) return each.segment.isLive() ? each : null;
        }
        return null;
    }

    /// The list without one format and without encodings whose segment is retired.
    static @Nullable EncodedEvent without(@Nullable EncodedEvent first, int formatId) {
        if (first == null) return null;
        EncodedEvent rest = without(first.next, formatId);
        if (first.formatId == formatId || !first.segment.isLive()) return rest;
        return new EncodedEvent(first.formatId, first.segment, first.offset, first.length, rest);
    }

    /// This encoding followed by the event's encodings in other formats.
    public EncodedEvent before(@Nullable EncodedEvent others) {
        EncodedEvent rest = without(others, formatId);
        return rest == null && next == null ? this : new EncodedEvent(formatId, segment, offset, length, rest);
    }
}
