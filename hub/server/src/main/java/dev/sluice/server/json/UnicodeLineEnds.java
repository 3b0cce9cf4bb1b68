package dev.sluice.server.json;

import dev.sluice.core.encoding.ByteBuilder;
import java.util.Arrays;

/// The line ends of Unicode that JSON permits inside strings: U+0085, U+2028 and U+2029. Readers that split lines
/// by the rules of Unicode, such as Python's `str.splitlines`, would cut a message in two. Their escapes mean the
/// same.
public final class UnicodeLineEnds {
    private UnicodeLineEnds() {}

    /// Escapes these line ends in valid JSON, where they occur in strings only.
    ///
    /// @param from the index where the JSON begins
    public static void escape(ByteBuilder json, int from) {
        int first = next(json.array(), from, json.size());
        if (first == json.size()) return;
        byte[] rest = Arrays.copyOfRange(json.array(), first, json.size());
        json.truncate(first);
        int at = 0;
        while (at < rest.length) {
            boolean isTwoBytes = rest[at] == (byte) 0xC2;
            json.ascii(isTwoBytes ? "\\u0085" : rest[at + 2] == (byte) 0xA8 ? "\\u2028" : "\\u2029");
            at += isTwoBytes ? 2 : 3;
            int end = next(rest, at, rest.length);
            json.write(rest, at, end - at);
            at = end;
        }
    }

    /// Returns an array with all of these line ends escaped; the same array if it has none.
    public static byte[] escape(byte[] json) {
        if (next(json, 0, json.length) == json.length) return json;
        var escaped = new ByteBuilder(json.length + 16);
        escaped.write(json);
        escape(escaped, 0);
        return escaped.toByteArray();
    }

    /// Returns the index of the first such line end, or `to`.
    private static int next(byte[] utf8, int from, int to) {
        for (int i = from; i < to; i++) {
            if (utf8[i] < 0 && isAt(utf8, i, to)) return i;
        }
        return to;
    }

    private static boolean isAt(byte[] utf8, int at, int to) {
        if (utf8[at] == (byte) 0xC2) return at + 1 < to && utf8[at + 1] == (byte) 0x85;
        return utf8[at] == (byte) 0xE2
                && at + 2 < to
                && utf8[at + 1] == (byte) 0x80
                && (utf8[at + 2] & 0xFE) == 0xA8; // A8 or A9.
    }
}
