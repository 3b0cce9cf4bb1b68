package dev.sluice.server.json;

/// Thrown for bytes that are not one JSON value within the limits. The message states the error and its
/// position, for the sender.
public final class InvalidJsonException extends Exception {
    private static final long serialVersionUID = 1L;

    InvalidJsonException(String message) {
        super(message, null, false, false);
    }
}
