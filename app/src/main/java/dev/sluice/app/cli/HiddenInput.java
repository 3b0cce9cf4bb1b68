package dev.sluice.app.cli;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;

/// Has the terminal that is standard input show nothing of what is typed, until it is closed or the process ends. For
/// where output goes elsewhere: the JDK's console needs a terminal for both.
public final class HiddenInput implements AutoCloseable {
    private final Thread atEnd = new Thread(HiddenInput::show);

    /// @throws IOException if the terminal can't be told
    public HiddenInput() throws IOException {
        Runtime.getRuntime().addShutdownHook(atEnd); // First: the process may end in between.
        if (!stty("-echo")) throw new IOException("'stty -echo' failed");
    }

    private static void show() {
        try {
            stty("echo");
        } catch (IOException gone) { // There is no terminal any more, or nothing was hidden.
            return;
        }
    }

    private static boolean stty(String mode) throws IOException {
        try {
            return new ProcessBuilder("stty", mode)
                            .redirectInput(Redirect.INHERIT)
                            .redirectOutput(Redirect.DISCARD)
                            .redirectError(Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        show();
        try {
            Runtime.getRuntime().removeShutdownHook(atEnd);
        } catch (IllegalStateException ending) { // It runs already.
            return;
        }
    }
}
