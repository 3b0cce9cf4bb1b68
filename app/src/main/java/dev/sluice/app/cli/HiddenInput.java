package dev.sluice.app.cli;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;

/// Makes the terminal on standard input hide the typed characters until this is closed or the process ends.
/// It is for commands whose output goes elsewhere, because the JDK's console needs a terminal for both.
public final class HiddenInput implements AutoCloseable {
    private final Thread atEnd = new Thread(HiddenInput::show);

    /// @throws IOException if the terminal's echo can't be switched off
    public HiddenInput() throws IOException {
        Runtime.getRuntime().addShutdownHook(atEnd); // First: the process may end in between.
        if (!stty("-echo")) throw new IOException("'stty -echo' failed");
    }

    private static void show() {
        try {
            stty("echo");
        } catch (IOException gone) { // The terminal is gone, or its echo was not off.
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
        } catch (IllegalStateException ending) { // The hook is running already.
            return;
        }
    }
}
