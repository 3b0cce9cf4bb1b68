package dev.sluice.core.log;

/// Signals that a command found no place in the order in time, and never will, so that it may be repeated; or
/// that it is too large for any place.
public final class NotPublishedException extends RuntimeException {
    private final boolean isTooLarge;

    public NotPublishedException(String message) {
        this(message, false);
    }

    /// @param isTooLarge whether the command is too large, so that it fails again if it is repeated
    public NotPublishedException(String message, boolean isTooLarge) {
        super(message);
        this.isTooLarge = isTooLarge;
    }

    public boolean isTooLarge() {
        return isTooLarge;
    }
}
