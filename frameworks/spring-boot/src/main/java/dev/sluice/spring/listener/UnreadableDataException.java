package dev.sluice.spring.listener;

/// Thrown if an event's data is not what a listener's parameter can hold.
public final class UnreadableDataException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnreadableDataException(String message, Throwable cause) {
        super(message, cause);
    }
}
