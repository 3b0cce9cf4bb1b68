package dev.sluice.app.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// The results of a command on standard output. Each is flushed at once, because the reader of a pipe waits for it.
public final class Output {
    /// Thrown when the reader of the output has gone, as `head` does when it has enough.
    public static final class BrokenPipeException extends RuntimeException {
        private static final long serialVersionUID = 1;

        BrokenPipeException(IOException cause) {
            super("The reader of the output has gone.", cause);
        }
    }

    private final OutputStream stream;

    public Output(OutputStream stream) {
        this.stream = new BufferedOutputStream(stream);
    }

    public void line(String text) {
        line(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Prints lines as they are.
    public void text(String text) {
        bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    void line(byte[] bytes) {
        write(bytes, true);
    }

    /// Prints bytes as they are, without a line end.
    void bytes(byte[] bytes) {
        write(bytes, false);
    }

    private void write(byte[] bytes, boolean isLine) {
        try {
            stream.write(bytes);
            if (isLine) stream.write('\n');
            stream.flush();
        } catch (IOException reason) {
            if (isBrokenPipe(reason)) throw new BrokenPipeException(reason);
            throw new CommandException(
                    Exit.IO, "The output can't be written: " + CommandException.messageOf(reason) + ".", reason);
        }
    }

    /// The JDK has no separate exception for EPIPE.
    private static boolean isBrokenPipe(IOException reason) {
        return String.valueOf(reason.getMessage()).contains("Broken pipe");
    }
}
