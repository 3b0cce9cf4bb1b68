package dev.sluice.core.replication;

/// A command found no place in the order in time, and never will: it may be repeated.
public final class NotPublished extends RuntimeException {
    NotPublished(String message) {
        super(message);
    }
}
