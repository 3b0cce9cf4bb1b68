package dev.sluice.client.http;

import java.io.IOException;
import java.time.Duration;

/** A timeout: no data arrived within the time allowed, so the connection counts as lost. */
public final class ReadTimeoutException extends IOException {
    private static final long serialVersionUID = 1;

    ReadTimeoutException(Duration atMost) {
        super("no data arrived for " + atMost.toMillis() / 1000.0 + " s");
    }
}
