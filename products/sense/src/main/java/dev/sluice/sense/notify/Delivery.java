package dev.sluice.sense.notify;

import dev.sluice.sense.check.Phrase;
import java.time.Duration;

/// The result of sending an alert once.
public sealed interface Delivery {
    /// The service has it.
    record Accepted() implements Delivery {}

    /// The service does not have it, or perhaps not; it is sent again later.
    ///
    /// @param problem    for the operator, without secrets
    /// @param retryAfter the pause that the service asks for, at most [OutboxStore#RETRY_MAX]; zero: none
    /// @param isRefused  whether the service objects to this message, so that it may accept another
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
