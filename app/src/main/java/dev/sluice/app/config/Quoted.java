package dev.sluice.app.config;

import org.jspecify.annotations.Nullable;
import org.tomlj.TomlArray;
import org.tomlj.TomlTable;

/// Shows what came from outside: on one line, short, and without anything that a terminal would obey.
final class Quoted {
    private static final int SHOWN_MAX = 60;

    private Quoted() {}

    /// As a text of TOML.
    static String text(String value) {
        return '"' + escape(value) + '"';
    }

    /// The value in a message; long ones are cut.
    static String value(Object value) {
        return switch (value) {
            case String text when text.length() > SHOWN_MAX -> text(text.substring(0, SHOWN_MAX)) + "…";
            case String text -> text(text);
            case TomlTable _ -> "a table";
            case TomlArray _ -> "a list";
            default -> escape(value.toString());
        };
    }

    /// A name in a message.
    static String name(String name) {
        return "'" + escape(name.length() > SHOWN_MAX ? name.substring(0, SHOWN_MAX) + "…" : name) + "'";
    }

    /// A sentence that may quote what came from outside.
    static String line(@Nullable String sentence) {
        return escape(String.valueOf(sentence)).replace("\\\"", "\"").replace("\\\\", "\\");
    }

    static String escape(String text) {
        var escaped = new StringBuilder(text.length());
        text.codePoints().forEach(character -> {
            switch (character) {
                case '"', '\\' -> escaped.append('\\').appendCodePoint(character);
                case '\n' -> escaped.append("\\n");
                case '\r' -> escaped.append("\\r");
                case '\t' -> escaped.append("\\t");
                default -> {
                    if (isShown(character)) escaped.appendCodePoint(character);
                    else escaped.append(String.format(character > 0xffff ? "\\U%08X" : "\\u%04X", character));
                }
            }
        });
        return escaped.toString();
    }

    /// Not so: control characters, what turns the direction of writing, line separators, halves of pairs.
    private static boolean isShown(int character) {
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
