package dev.sluice.server;

/// The server can't listen where it was told to. The message is a sentence for whoever started it.
public final class CannotListen extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CannotListen(String message, Throwable cause) {
        super(message, cause);
    }

    CannotListen(String message) {
        super(message);
    }
}
