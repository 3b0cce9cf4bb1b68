package dev.sluice.sense;

/// Sense can't start or be copied: its file has mistakes, or its database can't be opened. The message is for the
/// operator.
public final class CannotStartSenseException extends RuntimeException {
    CannotStartSenseException(Exception cause) {
        super(cause.getMessage(), cause);
    }
}
