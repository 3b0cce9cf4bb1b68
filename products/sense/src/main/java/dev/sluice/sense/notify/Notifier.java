package dev.sluice.sense.notify;

import java.time.Duration;

/// Tells people, through one service. Safe for use by many threads.
@FunctionalInterface
public interface Notifier {
    /// Sends an alert once. Blocks, on a virtual thread that is interrupted when the time for it is over.
    ///
    /// @return whether the service has accepted it; if that is not certain, it has not
    Delivery send(Alert alert) throws InterruptedException;

    /// Returns how many attempts may be under way at once: a service that takes a second for each message must not
    /// delay the alert about the last of thousands of outages for hours.
    default int parallel() {
        return 8;
    }

    /// Returns true if people read the messages, so that one message may cover several incidents: sixty in
    /// a row would go unread. Programs receive each alert separately.
    default boolean isForPeople() {
        return false;
    }

    /// Returns the time after which an attempt has failed.
    default Duration timeout() {
        return Duration.ofSeconds(60);
    }
}
