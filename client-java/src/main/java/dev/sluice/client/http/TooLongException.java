package dev.sluice.client.http;

import java.io.IOException;

/** What came is longer than this client takes: asking again would bring the same. */
public final class TooLongException extends IOException {
    private static final long serialVersionUID = 1;

    public TooLongException(String message) {
        super(message);
    }
}
