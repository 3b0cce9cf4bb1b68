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

    int exitCode() {
        return exitCode;
    }
}
