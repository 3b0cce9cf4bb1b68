package dev.sluice.client;

import org.jspecify.annotations.Nullable;

/** A failure that the client cannot handle itself. Each subclass documents how the caller can respond. */
public abstract sealed class SluiceException extends RuntimeException
        permits RefusedException, UnreachableException, BufferFullException, ProtocolException, PositionLostException {
    private static final long serialVersionUID = 1;

    private final boolean mayHaveArrived;

    SluiceException(String message, boolean mayHaveArrived, @Nullable Throwable cause) {
        super(message, cause);
        this.mayHaveArrived = mayHaveArrived;
    }

    /**
     * Returns true if the hub may have stored the event although it has not acknowledged it, or some of several events.
     * To publish again without storing an event twice, use the same idempotency key within five minutes.
     */
    public boolean mayHaveArrived() {
        return mayHaveArrived;
    }
}
