package dev.sluice.sense;

/// Thrown if Sense can't be started or its database can't be copied, because its file has mistakes or its
/// database can't be opened. The message is for the operator.
public final class CannotStartSenseException extends RuntimeException {
    CannotStartSenseException(Exception cause) {
        super(cause.getMessage(), cause);
    }
}
