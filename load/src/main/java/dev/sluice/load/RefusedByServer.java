package dev.sluice.load;

import java.io.IOException;

/// The server answers, but not with what was asked for.
public final class RefusedByServer extends IOException {
    private static final long serialVersionUID = 1;

    RefusedByServer(String message) {
        super(message);
    }
}
