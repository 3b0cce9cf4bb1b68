package dev.sluice.load;

import java.io.IOException;

/// The server refused a subscription.
public final class RefusedByServer extends IOException {
    private static final long serialVersionUID = 1;

    RefusedByServer(String message) {
        super(message);
    }
}
