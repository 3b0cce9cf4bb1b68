package dev.sluice.app.doctor;

import java.util.regex.Pattern;

/// Text of a server that is safe for a terminal: it moves no cursor, adds no line and reverses no direction of writing.
final class PlainText {
    private static final int CHARACTERS_MAX = 120;
    private static final Pattern UNSAFE = Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}]");

    private PlainText() {}

    static String of(String text) {
        return UNSAFE.matcher(text).replaceAll("?");
    }

    /// The beginning of the text that fits into a line.
    static String beginning(String text) {
        return of(text.length() > CHARACTERS_MAX ? text.substring(0, CHARACTERS_MAX) + "…" : text);
    }
}
