package dev.sluice.client.transport;

/** What came breaks the contract: no hub, or one that this client does not understand. Asking again won't help. */
public final class MalformedException extends Exception {
    private static final long serialVersionUID = 1;

    MalformedException(String message) {
        super(message);
    }

    MalformedException(String message, Throwable cause) {
        super(message, cause);
    }
}
