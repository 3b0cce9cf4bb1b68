package dev.sluice.core.log;

/// Signals that a command may or may not have been carried out, and may still be. Only a publish can be repeated
/// without harm, with the same idempotency key.
public final class UnknownOutcomeException extends RuntimeException {
    public UnknownOutcomeException(String message) {
        super(message);
    }
}
