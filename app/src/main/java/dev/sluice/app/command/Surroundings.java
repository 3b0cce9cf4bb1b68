package dev.sluice.app.command;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;

/// What a command has of the world outside; tests give it another.
///
/// @param out         unbuffered, and honest: a write that fails throws
/// @param err         as `out`
/// @param environment the variables
/// @param folder      where relative paths begin
/// @param isTyping    whether somebody sits at the other end of `in`
/// @param readerGone  calls what it is given when whoever reads `out` goes away, where that can be known
public record Surroundings(
        InputStream in,
        OutputStream out,
        OutputStream err,
        Map<String, String> environment,
        Path folder,
        boolean isTyping,
        Consumer<Runnable> readerGone) {
    /// Set by the launcher: the JDK knows of a terminal only where it is at the standard input as well.
    private static final String STDOUT_IS_TERMINAL = "sluice.stdout.terminal";

    /// Those of this process. System.out would swallow a broken pipe, so it is not used.
    public static Surroundings ofProcess() {
        @SuppressWarnings("SystemConsoleNull")
        Console console = System.console();
        boolean isTyping = console != null && console.isTerminal();
        OutputStream out = new FileOutputStream(FileDescriptor.out);
        return new Surroundings(
                new FileInputStream(FileDescriptor.in),
                isTyping || Boolean.getBoolean(STDOUT_IS_TERMINAL) ? new TerminalOutput(out) : out,
                new FileOutputStream(FileDescriptor.err),
                System.getenv(),
                Path.of(""),
                isTyping,
                PipeWatch::begin);
    }
}
