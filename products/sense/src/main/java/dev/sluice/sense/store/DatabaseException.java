package dev.sluice.sense.store;

/// Thrown if the database failed while it was in use, for example because the disk is full. The transaction
/// was rolled back.
public final class DatabaseException extends RuntimeException {
    DatabaseException(Exception cause) {
        super("The database of Sense failed: " + cause.getMessage(), cause);
    }
}
