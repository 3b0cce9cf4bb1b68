package dev.sluice.app.command;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;

/// What is said to whoever sits at the terminal, on standard error: a line for each thing, with the program's name.
final class Messages {
    private static final int CHARACTERS_MAX = 2_000;

    private final OutputStream stream;

    Messages(OutputStream stream) {
        this.stream = stream;
    }

    void line(String message) {
        write("sluice: " + printable(message) + "\n");
    }

    /// Lines that are made to be lines.
    void text(String text) {
        write(text.endsWith("\n") ? text : text + "\n");
    }

    /// Without an end of the line: it is written over.
    void now(String text) {
        write(text);
    }

    /// For who asked for more than a line.
    void stackTrace(Throwable reason) {
        var trace = new StringWriter();
        reason.printStackTrace(new PrintWriter(trace));
        text(trace.toString());
    }

    /// A hub's words, or a file's, must not move the cursor or add lines.
    static String printable(String text) {
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
            // There is nobody left to tell, and the work goes on without being watched.
            return;
        }
    }
}
