package dev.sluice.client.http;

import java.io.IOException;
import java.time.Duration;

/** Nothing came for longer than was agreed: the line is dead, or as good as dead. */
public final class SilenceException extends IOException {
    private static final long serialVersionUID = 1;

    SilenceException(Duration atMost) {
        super("nothing came for " + atMost.toMillis() / 1000.0 + " s");
    }
}
