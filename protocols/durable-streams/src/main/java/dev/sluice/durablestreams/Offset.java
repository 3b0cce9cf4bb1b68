package dev.sluice.durablestreams;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/// A position in a stream: the event that ends there, or the beginning. Written out, it sorts by the log's
/// order:
///
/// ```
/// 0000000000001042-k3f5d41402a
/// position (16)    epoch, then a checksum (8): an offset that was calculated or cut off is refused
/// ```
///
/// It has no `_`: y-durable-streams adds one to what it takes for a number after it.
///
/// @param position the event's position in the log, which grows over all epochs; 0 is the beginning of the
///     stream
/// @param epoch    the epoch of the log; empty at the beginning
record Offset(long position, String epoch) implements Comparable<Offset> {
    static final Offset BEGIN = new Offset(0, "");

    /// After all events, for the end of a range; no client has it.
    static final Offset END = new Offset(Long.MAX_VALUE, "");

    private static final Pattern FORM = Pattern.compile("([0-9]{16})-([A-Za-z0-9]{1,32})([0-9a-f]{8})");

    /// What the protocol's clients know as the offset of an empty stream.
    private static final Pattern ZERO = Pattern.compile("-1|0{16}_0{16}");

    /// Returns the offset after an event.
    ///
    /// @param id an id of the hub: its epoch, a dash, and its position
    static Offset of(String id) {
        if (id.isEmpty()) return BEGIN;
        int dash = id.lastIndexOf('-');
        return new Offset(Long.parseLong(id.substring(dash + 1)), id.substring(0, dash));
    }

    /// Parses an offset that was given to a client; empty for any other text.
    ///
    /// @param root the id with which the stream, or the first one of its chain of forks, began
    static Optional<Offset> parse(String text, String root) {
        if (ZERO.matcher(text).matches()) return Optional.of(BEGIN);
        Matcher form = FORM.matcher(text);
        if (!form.matches()) return Optional.empty();
        Offset offset = new Offset(Long.parseLong(form.group(1)), form.group(2));
        return offset.position > 0 && offset.text(root).equals(text) ? Optional.of(offset) : Optional.empty();
    }

    boolean isBegin() {
        return position == 0;
    }

    /// The id of the event, which is the cursor after it.
    String id() {
        return isBegin() ? "" : epoch + "-" + position;
    }

    String text(String root) {
        CRC32 checksum = new CRC32();
        checksum.update((root + " " + id()).getBytes(StandardCharsets.UTF_8));
        return String.format(Locale.ROOT, "%016d-%s%08x", position, epoch, checksum.getValue());
    }

    static Offset later(Offset one, Offset other) {
        return one.compareTo(other) < 0 ? other : one;
    }

    @Override
    public int compareTo(Offset other) {
        return Long.compare(position, other.position);
    }
}
