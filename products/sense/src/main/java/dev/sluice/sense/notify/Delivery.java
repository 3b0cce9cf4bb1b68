package dev.sluice.sense.notify;

import dev.sluice.sense.check.Phrase;
import java.time.Duration;

/// The result of one attempt to send an alert.
public sealed interface Delivery {
    /// The service has accepted the alert.
    record Accepted() implements Delivery {}

    /// The service has not accepted the alert, or this is unknown; it is sent again later.
    ///
    /// @param problem    for the operator, without secrets
    /// @param retryAfter the pause requested by the service, at most [OutboxStore#RETRY_MAX]; zero if none
    ///                   was requested
    /// @param isRefused  whether the service rejects this message but may accept another one
    record Failed(Phrase problem, Duration retryAfter, boolean isRefused) implements Delivery {
        public Failed {
            if (retryAfter.isNegative()) retryAfter = Duration.ZERO;
            else if (retryAfter.compareTo(OutboxStore.RETRY_MAX) > 0) retryAfter = OutboxStore.RETRY_MAX;
        }

        public Failed(Phrase problem) {
            this(problem, Duration.ZERO, false);
        }

        public static Failed refused(Phrase problem) {
            return new Failed(problem, Duration.ZERO, true);
        }
    }
}
