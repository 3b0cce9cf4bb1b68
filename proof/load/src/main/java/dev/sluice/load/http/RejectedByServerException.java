package dev.sluice.load.http;

import java.io.IOException;

/// The server refused a subscription.
public final class RejectedByServerException extends IOException {
    private static final long serialVersionUID = 1;

    RejectedByServerException(String message) {
        super(message);
    }
}
