package dev.sluice.client;

import org.jspecify.annotations.Nullable;

/** What answered does not speak as a hub, or as one that this client knows. Check the address, then the versions. */
public final class ProtocolException extends SluiceException {
    private static final long serialVersionUID = 1;

    ProtocolException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
