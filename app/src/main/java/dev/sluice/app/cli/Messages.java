package dev.sluice.app.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;

/// Messages on standard error for the user at the terminal: one line each, with the program's name.
public final class Messages {
    private static final int CHARACTERS_MAX = 2_000;

    private final OutputStream stream;

    public Messages(OutputStream stream) {
        this.stream = stream;
    }

    public void line(String message) {
        write("sluice: " + printable(message) + "\n");
    }

    /// Prints lines as they are.
    public void text(String text) {
        write(text.endsWith("\n") ? text : text + "\n");
    }

    /// Prints text without a line end, so that it can be overwritten, or the user can type after it.
    public void raw(String text) {
        write(text);
    }

    /// Prints a stack trace, for `--verbose`.
    void stackTrace(Throwable reason) {
        var trace = new StringWriter();
        reason.printStackTrace(new PrintWriter(trace));
        text(trace.toString());
    }

    /// Replaces control characters: text from a hub or a file must not move the cursor or add lines.
    public static String printable(String text) {
        var printable = new StringBuilder();
        text.codePoints().limit(CHARACTERS_MAX).forEach(character -> {
            boolean isSafe = switch (Character.getType(character)) {
                case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                    false;
                default -> true;
            };
            printable.appendCodePoint(isSafe ? character : ' ');
        });
        return printable.toString();
    }

    private void write(String text) {
        try {
            stream.write(text.getBytes(StandardCharsets.UTF_8));
            stream.flush();
        } catch (IOException reason) {
            // Standard error is gone, and the work continues without it.
            return;
        }
    }
}
