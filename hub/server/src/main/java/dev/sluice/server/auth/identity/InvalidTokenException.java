package dev.sluice.server.auth.identity;

import org.jspecify.annotations.Nullable;

/// Thrown if a token is invalid, with the [reason][Verification.BadToken]. Has no stack trace, because it
/// reports a mistake of the caller.
public final class InvalidTokenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final @Nullable String stale;

    public InvalidTokenException(String reason) {
        this(reason, null);
    }

    /// @param stale as in [Verification.BadToken]
    public InvalidTokenException(String reason, @Nullable String stale) {
        super(reason, null, false, false);
        this.stale = stale;
    }

    public Verification.BadToken outcome() {
        return new Verification.BadToken(reason(), stale);
    }

    public String reason() {
        return String.valueOf(getMessage());
    }
}
