package dev.sluice.server.auth;

/// Thrown while a token is read, with the [reason][Verification.BadToken]. Has no stack trace, because it
/// reports a mistake of the caller.
final class InvalidToken extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InvalidToken(String reason) {
        super(reason, null, false, false);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
