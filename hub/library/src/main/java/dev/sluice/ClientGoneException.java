package dev.sluice;

/// Thrown by `send` when the client has disconnected, or was
/// disconnected because it did not read. A handler need not catch it.
public final class ClientGoneException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// Creates an exception without a stack trace: clients disconnect
    /// all the time, and the place in the program does not matter.
    public ClientGoneException(String message) {
        super(message, null, false, false);
    }
}
