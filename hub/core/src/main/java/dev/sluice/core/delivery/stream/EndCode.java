package dev.sluice.core.delivery.stream;

/// An [EndReason] without its details, for counting.
public enum EndCode {
    COMPLETE,
    MISSING,
    TOO_FAR_BEHIND,
    UNAVAILABLE,
    BY_CLIENT,
    AGED,
    STOPPING,
    EXPIRED,
    REVOKED,
    BY_OPERATOR,
    DISCONNECTED,
    STALLED,
    TORN,
    OVER_BUDGET,
    FAILED
}
