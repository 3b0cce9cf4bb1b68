package dev.sluice.sense.store;

/// The database failed while it was in use, for example because the disk is full. What was to be done was not done.
public final class DatabaseException extends RuntimeException {
    DatabaseException(Exception cause) {
        super("The database of Sense failed: " + cause.getMessage(), cause);
    }
}
