package dev.sluice.app.command;

import org.jspecify.annotations.Nullable;

/// A failed command: a message of one line, and the exit code.
final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int exitCode;

    CommandException(int exitCode, String message) {
        this(exitCode, message, null);
    }

    CommandException(int exitCode, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /// An exception's message, or its class, because some of the JDK's exceptions have no message.
    static String messageOf(@Nullable Throwable reason) {
        if (reason == null) return "no reason given";
        var message = reason.getMessage();
        return message == null ? reason.getClass().getSimpleName() : message;
    }

    int exitCode() {
        return exitCode;
    }
}
