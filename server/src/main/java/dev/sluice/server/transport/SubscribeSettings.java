package dev.sluice.server.transport;

import dev.sluice.core.budget.Budget;
import java.time.Duration;

/// The limits of what a subscriber may ask for. Each is a setting.
///
/// @param limitDefault   events in an answer to a poll that does not say how many
/// @param limitMax       the most that it may say
/// @param lastMax        the most that `last=` may say
/// @param heartbeat      how often a stream that does not say otherwise has a heartbeat
/// @param heartbeatMin   how often it may ask for one
/// @param heartbeatMax   how seldom: longer, and too many proxies would have cut the line by then
/// @param sseRetry       how long an EventSource waits at most before it comes back
/// @param waitMax        how long a poll may wait
/// @param paddingBytesMax of the comment that gets a stream through proxies that hold back its first bytes
/// @param sessionSubscriptionsMax of one session at a time: a page shows fewer, and some tabs share one
/// @param sessionPatternsMax channels and patterns that all subscriptions of a session name together
/// @param subscriptionsMax of the hub at a time, whatever the transport; plain polls are never refused
/// @param patternsMax channels and patterns that all of these name together
public record SubscribeSettings(
        int limitDefault,
        int limitMax,
        int lastMax,
        Duration heartbeat,
        Duration heartbeatMin,
        Duration heartbeatMax,
        Duration sseRetry,
        Duration waitMax,
        int paddingBytesMax,
        int sessionSubscriptionsMax,
        int sessionPatternsMax,
        int subscriptionsMax,
        int patternsMax) {
    public static final SubscribeSettings DEFAULTS = new SubscribeSettings(
            100,
            1000,
            10_000,
            Duration.ofSeconds(15),
            Duration.ofSeconds(5),
            Duration.ofSeconds(120),
            Duration.ofSeconds(5),
            Duration.ofSeconds(60),
            64 << 10,
            256,
            1_024,
            Budget.SUBSCRIPTIONS.count(),
            Budget.PATTERNS.count());
}
