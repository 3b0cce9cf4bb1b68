package dev.sluice.demos.typewriter;

/// The environment names a model incorrectly. The message never contains the key.
public final class InvalidModel extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    InvalidModel(String message) {
        super(message);
    }
}
