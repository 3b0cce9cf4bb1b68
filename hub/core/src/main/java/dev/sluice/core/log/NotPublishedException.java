package dev.sluice.core.log;

/// Signals that a command found no place in the order in time, and never will, so that it may be repeated.
public final class NotPublishedException extends RuntimeException {
    public NotPublishedException(String message) {
        super(message);
    }
}
