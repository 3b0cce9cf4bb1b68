package dev.sluice.core.channel;

import java.nio.charset.StandardCharsets;

/// The name of a channel: 1 to 255 bytes of UTF-8 in `/`-separated segments, compared byte by byte, never normalised.
/// Immutable, safe to share. `docs/protocol.md` §1.
///
/// @param value the name as it is written in a path once that is percent-decoded
public record ChannelName(String value) implements Comparable<ChannelName> {
    /// So that a name fits a key of any storage and a line of any log.
    public static final int BYTES_MAX = 255;

    /// Reads a name.
    ///
    /// @throws InvalidName if the value breaks a rule; the message says which, for the person who wrote the name
    public ChannelName {
        Names.checkLength(value, BYTES_MAX);
        for (String segment : value.split("/", -1)) {
            Names.checkSegment(value, segment);
            if (segment.indexOf('*') >= 0) throw new InvalidName(value, "'*' is for selections, not for names");
        }
    }

    /// Whether a segment begins with `$`: such names are the server's own, closed to publishers and to wildcards.
    public boolean isReserved() {
        return value.startsWith("$") || value.contains("/$");
    }

    /// The bytes that count towards [#BYTES_MAX].
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
