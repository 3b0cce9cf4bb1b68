package dev.sluice.client;

import org.jspecify.annotations.Nullable;

/**
 * The hub could not be reached, or had no room, for as long as was agreed. Trying again later is right; where
 * {@link #mayHaveArrived}, with the same idempotency key and within five minutes, so that nothing stands twice.
 */
public final class UnreachableException extends SluiceException {
    private static final long serialVersionUID = 1;

    private final boolean mayHaveArrived;

    UnreachableException(String message, boolean mayHaveArrived, @Nullable Throwable cause) {
        super(message, cause);
        this.mayHaveArrived = mayHaveArrived;
    }

    /** Whether the hub may have taken what was sent, though it never said so. */
    public boolean mayHaveArrived() {
        return mayHaveArrived;
    }
}
