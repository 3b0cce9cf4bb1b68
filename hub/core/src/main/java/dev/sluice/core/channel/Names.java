package dev.sluice.core.channel;

/// The rules shared by names and patterns.
final class Names {
    private Names() {}

    static void checkLength(String value, int bytesMax) {
        if (value.isEmpty()) throw new InvalidNameException(value, "a channel name must not be empty");
        int bytes = Characters.utf8Bytes(value);
        if (bytes == Characters.MALFORMED)
            throw new InvalidNameException(value, "a channel name must be valid Unicode");
        if (bytes > bytesMax) {
            throw new InvalidNameException(
                    value, "a channel name must have at most " + bytesMax + " bytes of UTF-8, had " + bytes);
        }
    }

    /// The end of the segment that begins at an index.
    static int segmentEnd(String name, int from) {
        int slash = name.indexOf('/', from);
        return slash < 0 ? name.length() : slash;
    }

    /// Checks the segment between two indexes.
    static void checkSegment(String name, int from, int to) {
        if (from == to) {
            throw new InvalidNameException(
                    name, "a channel name must not have an empty segment: remove '/' at either end and '//'");
        }
        if (name.charAt(from) == '.' && (to == from + 1 || (to == from + 2 && name.charAt(from + 1) == '.'))) {
            throw new InvalidNameException(name, "a channel name must not have '.' or '..' as a segment");
        }
        if (Characters.hasControl(name, from, to)) {
            throw new InvalidNameException(name, "a channel name must not contain control characters");
        }
    }
}
