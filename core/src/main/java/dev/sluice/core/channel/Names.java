package dev.sluice.core.channel;

/// The rules shared by names and patterns.
final class Names {
    private Names() {}

    static void checkLength(String value, int bytesMax) {
        if (value.isEmpty()) throw new InvalidName(value, "a channel name must not be empty");
        int bytes = Characters.utf8Bytes(value);
        if (bytes == Characters.MALFORMED) throw new InvalidName(value, "a channel name must be valid Unicode");
        if (bytes > bytesMax) {
            throw new InvalidName(
                    value, "a channel name must have at most " + bytesMax + " bytes of UTF-8, had " + bytes);
        }
    }

    static void checkSegment(String name, String segment) {
        if (segment.isEmpty()) {
            throw new InvalidName(
                    name, "a channel name must not have an empty segment: remove '/' at either end and '//'");
        }
        if (segment.equals(".") || segment.equals("..")) {
            throw new InvalidName(name, "a channel name must not have '.' or '..' as a segment");
        }
        if (Characters.hasControl(segment)) {
            throw new InvalidName(name, "a channel name must not contain control characters");
        }
    }
}
