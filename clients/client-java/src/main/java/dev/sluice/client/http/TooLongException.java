package dev.sluice.client.http;

import java.io.IOException;

/** The data exceeds a limit of this client; a retry would fail in the same way. */
public final class TooLongException extends IOException {
    private static final long serialVersionUID = 1;

    public TooLongException(String message) {
        super(message);
    }
}
