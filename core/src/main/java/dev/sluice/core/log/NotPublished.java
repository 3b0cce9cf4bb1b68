package dev.sluice.core.log;

/// A command found no place in the order in time, and never will: it may be repeated.
public final class NotPublished extends RuntimeException {
    public NotPublished(String message) {
        super(message);
    }
}
