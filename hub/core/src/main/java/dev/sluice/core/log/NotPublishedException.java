package dev.sluice.core.log;

/// A command found no place in the order in time, and never will: it may be repeated.
public final class NotPublishedException extends RuntimeException {
    public NotPublishedException(String message) {
        super(message);
    }
}
