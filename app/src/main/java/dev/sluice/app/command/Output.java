package dev.sluice.app.command;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// Where a command's results go, a line each, and at once: whoever reads a pipe waits for them.
final class Output {
    /// The reader of the output has gone, as `head` does when it has enough.
    static final class Gone extends RuntimeException {
        private static final long serialVersionUID = 1;

        Gone(IOException cause) {
            super("Whoever read the output has gone.", cause);
        }
    }

    private final OutputStream stream;

    Output(OutputStream stream) {
        this.stream = new BufferedOutputStream(stream);
    }

    void line(String text) {
        line(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Lines that are made to be lines.
    void text(String text) {
        bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    void line(byte[] bytes) {
        write(bytes, true);
    }

    /// As they are, with nothing behind them.
    void bytes(byte[] bytes) {
        write(bytes, false);
    }

    private void write(byte[] bytes, boolean isLine) {
        try {
            stream.write(bytes);
            if (isLine) stream.write('\n');
            stream.flush();
        } catch (IOException reason) {
            if (isBrokenPipe(reason)) throw new Gone(reason);
            throw new Failure(Exit.IO, "The output can't be written: " + Failure.said(reason) + ".", reason);
        }
    }

    /// The JDK has no exception of its own for EPIPE.
    private static boolean isBrokenPipe(IOException reason) {
        return String.valueOf(reason.getMessage()).contains("Broken pipe");
    }
}
