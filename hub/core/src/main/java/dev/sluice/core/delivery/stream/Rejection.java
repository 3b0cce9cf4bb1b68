package dev.sluice.core.delivery.stream;

import dev.sluice.core.log.Gap;

/// The reason why a subscription does not start, or why a poll has no events to answer with.
public sealed interface Rejection {
    /// Events are missing, and the request or its wire does not accept gaps.
    record Missing(Gap gap) implements Rejection {}

    /// The log cannot answer now, or has failed.
    record Unavailable(String reason) implements Rejection {}

    /// The search for the start position would always take too long.
    record TooFar(String reason) implements Rejection {}

    /// The hub dismissed the reader before there was an answer.
    record Dismissed(EndReason.Dismissal reason) implements Rejection {}
}
