package dev.sluice.client;

import org.jspecify.annotations.Nullable;

/** A failure that the client cannot handle itself. Each subclass documents how the caller can respond. */
public abstract sealed class SluiceException extends RuntimeException
        permits RefusedException, UnreachableException, BufferFullException, ProtocolException, PositionLostException {
    private static final long serialVersionUID = 1;

    SluiceException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
