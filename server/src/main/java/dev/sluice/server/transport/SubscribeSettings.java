package dev.sluice.server.transport;

import java.time.Duration;

/// The limits of what a subscriber may ask for. Each is a setting.
///
/// @param limitDefault   events in an answer to a poll that does not say how many
/// @param limitMax       the most that it may say
/// @param lastMax        the most that `last=` may say
/// @param heartbeat      how often a stream that does not say otherwise has a heartbeat
/// @param heartbeatMin   how often it may ask for one
/// @param heartbeatMax   how seldom: longer, and too many proxies would have cut the line by then
/// @param waitMax        how long a poll may wait
/// @param paddingBytesMax of the comment that gets a stream through proxies that hold back its first bytes
/// @param sessionSubscriptionsMax of one session at a time
public record SubscribeSettings(
        int limitDefault,
        int limitMax,
        int lastMax,
        Duration heartbeat,
        Duration heartbeatMin,
        Duration heartbeatMax,
        Duration waitMax,
        int paddingBytesMax,
        int sessionSubscriptionsMax) {
    public static final SubscribeSettings DEFAULTS = new SubscribeSettings(
            100,
            1000,
            10_000,
            Duration.ofSeconds(15),
            Duration.ofSeconds(5),
            Duration.ofSeconds(120),
            Duration.ofSeconds(60),
            64 << 10,
            10_000);
}
