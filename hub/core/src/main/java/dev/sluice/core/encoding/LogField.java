package dev.sluice.core.encoding;

import org.jspecify.annotations.Nullable;

/// Values in lines of a log, as in `why="no room"`. Text from clients, other programs and files is untrusted: it
/// must neither begin another field or line nor change what a terminal shows.
public final class LogField {
    private static final int CHARS_MAX = 500;

    private LogField() {}

    /// Quotes a value: shortened, without control characters, and with escaped quotation marks.
    public static String quoted(@Nullable Object value) {
        String text = String.valueOf(value);
        int end = Math.min(text.length(), CHARS_MAX);
        if (end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) end--;
        String shown = end < text.length() ? text.substring(0, end) + "…" : text;
        String escaped = shown.replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]", "?")
                .replace("\\", "\\\\")
                .replace("\"", "\\\"");
        return '"' + escaped + '"';
    }
}
