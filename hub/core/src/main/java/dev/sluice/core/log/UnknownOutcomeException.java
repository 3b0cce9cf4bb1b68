package dev.sluice.core.log;

/// A command may have been carried out or not, and may still be: only a publish with the same idempotency key may
/// be repeated without harm.
public final class UnknownOutcomeException extends RuntimeException {
    public UnknownOutcomeException(String message) {
        super(message);
    }
}
