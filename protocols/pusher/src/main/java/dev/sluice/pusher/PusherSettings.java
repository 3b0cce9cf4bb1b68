package dev.sluice.pusher;

import java.time.Duration;
import java.time.InstantSource;

/// What holds for all apps of a node.
///
/// @param clock                  tells the time for signed requests and webhooks
/// @param activityTimeoutSeconds after this time without a message a client asks whether the server is there
/// @param subscriptionsMax       the most subscriptions of all sockets together, if the heap has room for them
record PusherSettings(InstantSource clock, int activityTimeoutSeconds, int subscriptionsMax) {
    /// Measured with 10,000 subscriptions to channels of their own: of each, half is the stack of the virtual thread
    /// that waits in a poll.
    static final int SUBSCRIPTION_BYTES = 6 * 1024;

    private static final int ACTIVITY_TIMEOUT_SECONDS = 30;

    static PusherSettings standard() {
        return new PusherSettings(InstantSource.system(), ACTIVITY_TIMEOUT_SECONDS, 1_000_000);
    }

    /// Returns the number of subscriptions that so much memory has room for.
    long subscriptionsMax(long bytes) {
        return Math.min(subscriptionsMax, bytes / SUBSCRIPTION_BYTES);
    }

    /// After this time without a message the server asks, whose write lets TCP notice a client that is lost.
    /// Shorter than the minute after which many proxies close a silent connection.
    Duration ping() {
        return Duration.ofSeconds(activityTimeoutSeconds).multipliedBy(5).dividedBy(6);
    }
}
