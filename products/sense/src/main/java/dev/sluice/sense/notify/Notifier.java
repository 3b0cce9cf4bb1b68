package dev.sluice.sense.notify;

import java.time.Duration;

/// Alerts people through one service. Safe for use by many threads.
@FunctionalInterface
public interface Notifier {
    /// Sends an alert once. Blocks, on a virtual thread that is interrupted after [#timeout].
    ///
    /// @return whether the service has accepted it; if that is uncertain, it counts as not accepted
    Delivery send(Alert alert) throws InterruptedException;

    /// Returns the maximum number of concurrent attempts. With a service that takes a second for each
    /// message, sequential attempts would delay the last of thousands of alerts for hours.
    default int parallel() {
        return 8;
    }

    /// Returns true if people read the messages, so that one message may cover several incidents: sixty in a
    /// row would not be read. Programs receive each alert separately.
    default boolean isForPeople() {
        return false;
    }

    /// Returns the time after which an attempt has failed.
    default Duration timeout() {
        return Duration.ofSeconds(60);
    }
}
