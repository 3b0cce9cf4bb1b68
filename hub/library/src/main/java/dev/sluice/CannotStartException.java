package dev.sluice;

/// Thrown by [Sluice#start] when the server cannot start: its address is in use or not allowed, its folder is in use by
/// another process, not accessible or damaged, or its settings do not fit. The message says what to do.
public final class CannotStartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// @param message a sentence for the operator
    public CannotStartException(String message, Throwable cause) {
        super(message, cause);
    }
}
