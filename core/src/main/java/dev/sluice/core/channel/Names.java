package dev.sluice.core.channel;

/// The rules that names and patterns share.
final class Names {
    private Names() {}

    static void checkLength(String value, int bytesMax) {
        if (value.isEmpty()) throw new InvalidName(value, "a channel name has at least one character");
        int bytes = Characters.utf8Bytes(value);
        if (bytes == Characters.BROKEN) throw new InvalidName(value, "a channel name is valid Unicode");
        if (bytes > bytesMax)
            throw new InvalidName(value, "a channel name has at most " + bytesMax + " bytes of UTF-8");
    }

    static void checkSegment(String whole, String segment) {
        if (segment.isEmpty()) {
            throw new InvalidName(whole, "a channel name has no empty segment: no '/' at either end, no '//'");
        }
        if (segment.equals(".") || segment.equals("..")) {
            throw new InvalidName(whole, "'.' and '..' are no segments of a channel name");
        }
        if (Characters.hasControl(segment)) {
            throw new InvalidName(whole, "a channel name has no control characters");
        }
    }
}
