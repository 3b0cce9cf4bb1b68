package dev.sluice.core.channel;

/// Checks on text that run for every publish: each reads the text once and allocates nothing.
public final class Characters {
    /// Result of [#utf8Bytes] for an unpaired surrogate, which JSON can express (`\\ud800`) but UTF-8 cannot
    /// (RFC 8259 §8.2).
    public static final int MALFORMED = -1;

    private Characters() {}

    /// The length in bytes of the text in UTF-8, or [#MALFORMED].
    public static int utf8Bytes(String text) {
        int ascii = asciiLength(text);
        return ascii == text.length() ? ascii : utf8Bytes(text, ascii);
    }

    /// The number of ASCII characters at the beginning; usually all of them. The JIT compiler optimizes such a
    /// small loop well.
    private static int asciiLength(String text) {
        int length = text.length();
        int i = 0;
        while (i < length && text.charAt(i) < 0x80) i++;
        return i;
    }

    /// @param from the characters before it are ASCII
    private static int utf8Bytes(String text, int from) {
        int bytes = from;
        for (int i = from; i < text.length(); i++) {
            char character = text.charAt(i);
            if (character < 0x80) {
                bytes++;
            } else if (character < 0x800) {
                bytes += 2;
            } else if (!Character.isSurrogate(character)) {
                bytes += 3;
            } else {
                i++;
                if (i == text.length() || !Character.isSurrogatePair(character, text.charAt(i))) return MALFORMED;
                bytes += 4;
            }
        }
        return bytes;
    }

    /// Whether the text contains a control character.
    public static boolean hasControl(String text) {
        return hasControl(text, 0, text.length());
    }

    /// Whether the text contains a control character from an index on, before another.
    static boolean hasControl(String text, int from, int to) {
        for (int i = from; i < to; i++) if (Character.isISOControl(text.charAt(i))) return true;
        return false;
    }
}
