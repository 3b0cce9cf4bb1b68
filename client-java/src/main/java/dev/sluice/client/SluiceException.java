package dev.sluice.client;

import org.jspecify.annotations.Nullable;

/** What a client can't mend by itself. Each kind says what a caller may do about it. */
public abstract sealed class SluiceException extends RuntimeException
        permits RefusedException, UnreachableException, BufferFullException, ProtocolException, PlaceLostException {
    private static final long serialVersionUID = 1;

    SluiceException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
