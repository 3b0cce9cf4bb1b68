package dev.sluice.app.cli;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;

/// The environment of a command, which tests replace.
///
/// @param out         unbuffered; a failed write throws
/// @param err         like `out`
/// @param environment the environment variables
/// @param folder      the base of relative paths
/// @param isTyping    whether `in` is a terminal
/// @param readerGone  registers a callback for when the reader of `out` goes away, if that can be detected
public record CommandContext(
        InputStream in,
        OutputStream out,
        OutputStream err,
        Map<String, String> environment,
        Path folder,
        boolean isTyping,
        Consumer<Runnable> readerGone) {
    /// Set by the launcher: the JDK detects a terminal only if standard input is one as well.
    private static final String STDOUT_IS_TERMINAL = "sluice.stdout.terminal";

    /// Set by the launcher, true or false: the JDK takes a hundredth of a start to find out.
    private static final String STDIN_IS_TERMINAL = "sluice.stdin.terminal";

    /// The context of this process. It does not use System.out, which hides broken pipes.
    public static CommandContext ofProcess() {
        boolean isTyping = System.getProperty(STDIN_IS_TERMINAL) == null
                ? isConsole()
                : isStandardInputTyped() && Boolean.getBoolean(STDOUT_IS_TERMINAL);
        OutputStream out = new FileOutputStream(FileDescriptor.out);
        return new CommandContext(
                new FileInputStream(FileDescriptor.in),
                isTyping || Boolean.getBoolean(STDOUT_IS_TERMINAL) ? new TerminalOutput(out) : out,
                new FileOutputStream(FileDescriptor.err),
                System.getenv(),
                Path.of(""),
                isTyping,
                PipeWatch::begin);
    }

    /// Returns true if the standard input of this process is a terminal, whatever its output is; false if the
    /// launcher did not start the process.
    public static boolean isStandardInputTyped() {
        return Boolean.getBoolean(STDIN_IS_TERMINAL);
    }

    @SuppressWarnings("SystemConsoleNull")
    private static boolean isConsole() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }
}
