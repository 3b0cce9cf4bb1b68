package dev.sluice.app.command;

import org.jspecify.annotations.Nullable;

/// Why a command can't go on, as one line for whoever typed it, and the code to end with.
final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int exitCode;

    Failure(int exitCode, String message) {
        this(exitCode, message, null);
    }

    Failure(int exitCode, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /// What an exception says; some of the JDK's say nothing.
    static String said(@Nullable Throwable reason) {
        if (reason == null) return "for no reason given";
        var message = reason.getMessage();
        return message == null ? reason.getClass().getSimpleName() : message;
    }

    int exitCode() {
        return exitCode;
    }
}
