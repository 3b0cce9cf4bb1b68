package dev.sluice.demos.typewriter;

/// The environment names a model, but not as it should. The message says what is wrong, and never the key.
public final class InvalidModel extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    InvalidModel(String message) {
        super(message);
    }
}
