package dev.sluice.app.cli;

import org.jspecify.annotations.Nullable;

/// A failed command: a message of one line, and the exit code.
public final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int exitCode;

    public CommandException(int exitCode, String message) {
        this(exitCode, message, null);
    }

    public CommandException(int exitCode, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /// An exception's message, or its class, because some of the JDK's exceptions have no message.
    public static String messageOf(@Nullable Throwable reason) {
        if (reason == null) return "no reason given";
        var message = reason.getMessage();
        return message == null ? reason.getClass().getSimpleName() : message;
    }

    int exitCode() {
        return exitCode;
    }
}
