package dev.sluice.sense.store;

/// Thrown if the database can't be opened; the message is for the operator.
public final class CannotOpenDatabaseException extends RuntimeException {
    CannotOpenDatabaseException(String name, Exception cause) {
        super("The database '" + name + "' can't be opened: " + cause.getMessage(), cause);
    }
}
