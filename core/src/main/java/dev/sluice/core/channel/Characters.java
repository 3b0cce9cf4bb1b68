package dev.sluice.core.channel;

/// Looks at the characters of a text, as every publish has some looked at: once, and without making anything.
public final class Characters {
    /// What [#utf8Bytes] says of half a character, which JSON can spell (`\\ud800`) and no wire can say (RFC 8259
    /// §8.2).
    public static final int BROKEN = -1;

    private Characters() {}

    /// How long the text is in UTF-8, or [#BROKEN].
    public static int utf8Bytes(String text) {
        int bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (character < 0x80) {
                bytes++;
            } else if (character < 0x800) {
                bytes += 2;
            } else if (!Character.isSurrogate(character)) {
                bytes += 3;
            } else {
                i++;
                if (i == text.length() || !Character.isSurrogatePair(character, text.charAt(i))) return BROKEN;
                bytes += 4;
            }
        }
        return bytes;
    }

    /// Whether there is a control character in it.
    public static boolean hasControl(String text) {
        for (int i = 0; i < text.length(); i++) if (Character.isISOControl(text.charAt(i))) return true;
        return false;
    }
}
