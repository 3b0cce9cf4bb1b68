package dev.sluice.sense.text;

import org.jspecify.annotations.Nullable;

/// Formats values of fields in log lines, such as `server="web-1"`. Names of servers and checks, and
/// responses of other programs, come from outside: they must not start another field or line, or change what
/// a terminal shows.
public final class LogField {
    private static final int CHARS_MAX = 200;

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
