package dev.sluice.client;

import org.jspecify.annotations.Nullable;

/**
 * The server does not answer like a hub, or its version is unknown to
 * this client. Check the address, then the versions.
 */
public final class ProtocolException extends SluiceException {
    private static final long serialVersionUID = 1;

    ProtocolException(String message, @Nullable Throwable cause) {
        this(message, false, cause);
    }

    ProtocolException(String message, boolean mayHaveArrived, @Nullable Throwable cause) {
        super(message, mayHaveArrived, cause);
    }
}
