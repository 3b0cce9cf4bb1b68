package dev.sluice.core.replication;

/// A command may have been carried out or not, and may still be: only a publish with the same idempotency key may
/// be repeated without harm.
public final class UnknownOutcome extends RuntimeException {
    UnknownOutcome(String message) {
        super(message);
    }
}
