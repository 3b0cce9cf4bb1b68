package dev.sluice.config.setting;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Quotes external text in messages: on one line, short, and without control characters.
public final class Quoted {
    private static final int SHOWN_MAX = 60;

    private Quoted() {}

    /// Quotes a TOML string.
    public static String text(String value) {
        return '"' + escape(value) + '"';
    }

    /// Quotes a value, cut if long.
    public static String value(Object value) {
        return switch (value) {
            case String text when text.length() > SHOWN_MAX -> text(text.substring(0, SHOWN_MAX)) + "…";
            case String text -> text(text);
            case List<?> _ -> "a list";
            default -> escape(value.toString());
        };
    }

    /// Quotes a name.
    public static String name(String name) {
        return "'" + escape(name.length() > SHOWN_MAX ? name.substring(0, SHOWN_MAX) + "…" : name) + "'";
    }

    /// Escapes a sentence that may contain external text.
    public static String line(@Nullable String sentence) {
        return escape(String.valueOf(sentence)).replace("\\\"", "\"").replace("\\\\", "\\");
    }

    public static String escape(String text) {
        var escaped = new StringBuilder(text.length());
        text.codePoints().forEach(character -> {
            switch (character) {
                case '"', '\\' -> escaped.append('\\').appendCodePoint(character);
                case '\n' -> escaped.append("\\n");
                case '\r' -> escaped.append("\\r");
                case '\t' -> escaped.append("\\t");
                default -> {
                    if (isPrintable(character)) escaped.appendCodePoint(character);
                    else
                        escaped.append(
                                String.format(Locale.ROOT, character > 0xffff ? "\\U%08X" : "\\u%04X", character));
                }
            }
        });
        return escaped.toString();
    }

    /// Hides control characters, bidirectional controls, line separators and lone surrogates.
    private static boolean isPrintable(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
