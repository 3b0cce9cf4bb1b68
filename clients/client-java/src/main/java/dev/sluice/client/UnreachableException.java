package dev.sluice.client;

import org.jspecify.annotations.Nullable;

/**
 * The hub could not be reached, or was overloaded, for the whole time allowed. Try again later. If {@link
 * #mayHaveArrived}, use the same idempotency key within five minutes, so that the event is not stored twice.
 */
public final class UnreachableException extends SluiceException {
    private static final long serialVersionUID = 1;

    private final boolean mayHaveArrived;

    UnreachableException(String message, boolean mayHaveArrived, @Nullable Throwable cause) {
        super(message, cause);
        this.mayHaveArrived = mayHaveArrived;
    }

    /** Returns true if the hub may have stored the event although it has not acknowledged it. */
    public boolean mayHaveArrived() {
        return mayHaveArrived;
    }
}
