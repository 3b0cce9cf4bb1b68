package dev.sluice.core.channel;

import java.nio.charset.StandardCharsets;

/// The name of a channel: 1 to 255 bytes of UTF-8 in `/`-separated segments, compared byte by byte, never
/// normalised. Immutable, safe to share. `docs/protocol.md` §1.
///
/// @param value the name as written in a path, percent-decoded
public record ChannelName(String value) implements Comparable<ChannelName> {
    /// Keeps names within the key sizes of storage engines and within one log line.
    public static final int BYTES_MAX = 255;

    /// @throws InvalidNameException if the value breaks a rule; the message states the rule, for the author of
    ///     the name
    public ChannelName {
        Names.checkLength(value, BYTES_MAX);
        // Creates no string per segment, because every publish comes here.
        for (int from = 0, to; from <= value.length(); from = to + 1) {
            to = Names.segmentEnd(value, from);
            Names.checkSegment(value, from, to);
        }
        if (value.indexOf('*') >= 0) {
            throw new InvalidNameException(value, "'*' is allowed in selections only, not in channel names");
        }
    }

    /// Whether a segment begins with `$`. Such names belong to the server: clients cannot publish to them, and
    /// wildcards never match such a segment.
    public boolean isReserved() {
        return value.startsWith("$") || value.contains("/$");
    }

    /// The UTF-8 bytes that [#BYTES_MAX] limits.
    public byte[] bytes() {
        return value.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public int compareTo(ChannelName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
