package dev.sluice.pusher;

import java.time.Duration;
import java.time.InstantSource;

/// What holds for all apps of a node.
///
/// @param clock                  tells the time for signed requests and webhooks
/// @param activityTimeoutSeconds after this time without a message a client asks whether the server is there
/// @param subscriptionsMax       the most subscriptions of all sockets together
record PusherSettings(InstantSource clock, int activityTimeoutSeconds, int subscriptionsMax) {
    /// A subscription is a virtual thread that waits in a poll.
    private static final int SUBSCRIPTION_BYTES = 8 * 1024;

    /// The part of the heap that subscriptions may take.
    private static final int HEAP_PART = 8;

    private static final int ACTIVITY_TIMEOUT_SECONDS = 30;

    static PusherSettings standard() {
        long subscriptions = Runtime.getRuntime().maxMemory() / HEAP_PART / SUBSCRIPTION_BYTES;
        return new PusherSettings(
                InstantSource.system(), ACTIVITY_TIMEOUT_SECONDS, (int) Math.min(subscriptions, 1_000_000));
    }

    /// After this time without a message the server asks, whose write lets TCP notice a client that is lost.
    /// Shorter than the minute after which many proxies close a silent connection.
    Duration ping() {
        return Duration.ofSeconds(activityTimeoutSeconds).multipliedBy(5).dividedBy(6);
    }
}
