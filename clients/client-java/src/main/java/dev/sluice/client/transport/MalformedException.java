package dev.sluice.client.transport;

/** The received data violates the protocol: the server is not a hub, or an unknown version. A retry does not help. */
public final class MalformedException extends Exception {
    private static final long serialVersionUID = 1;

    MalformedException(String message) {
        super(message);
    }

    MalformedException(String message, Throwable cause) {
        super(message, cause);
    }
}
