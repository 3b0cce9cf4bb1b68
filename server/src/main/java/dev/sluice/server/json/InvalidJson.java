package dev.sluice.server.json;

/// Bytes that are not one JSON value within our limits. The message says what and where, for the person who sent them.
public final class InvalidJson extends Exception {
    private static final long serialVersionUID = 1L;

    InvalidJson(String message) {
        super(message, null, false, false);
    }
}
