package dev.sluice.client;

import org.jspecify.annotations.Nullable;

/**
 * The hub could not be reached, or was overloaded, for the whole time allowed. Try again later. If {@link
 * #mayHaveArrived}, use the same idempotency key within five minutes, so that the event is not stored twice.
 */
public final class UnreachableException extends SluiceException {
    private static final long serialVersionUID = 1;

    UnreachableException(String message, boolean mayHaveArrived, @Nullable Throwable cause) {
        super(message, mayHaveArrived, cause);
    }
}
