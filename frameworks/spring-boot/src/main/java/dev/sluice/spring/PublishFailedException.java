package dev.sluice.spring;

import org.jspecify.annotations.Nullable;

/// Thrown if an event was not published, or if that is not known: the message says which. The cause is the
/// exception of the client, for example [dev.sluice.client.RefusedException]; an embedded hub that refuses an
/// event has none.
public final class PublishFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public PublishFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
