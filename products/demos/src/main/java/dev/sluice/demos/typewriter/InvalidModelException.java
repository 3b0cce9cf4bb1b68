package dev.sluice.demos.typewriter;

/// Thrown if the environment configures a model incorrectly. The message never contains the key.
public final class InvalidModelException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    InvalidModelException(String message) {
        super(message);
    }
}
