package dev.sluice.server.subscribe;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.delivery.Subscriber;
import java.time.Duration;

/// The limits on subscribe requests. Each is a setting.
///
/// @param limitDefault            the number of events in a poll's answer without `limit=`
/// @param limitMax                the maximum of `limit=`
/// @param lastMax                 the maximum of `last=`
/// @param heartbeat               the heartbeat interval of a stream without `heartbeat=`
/// @param heartbeatMin            the shortest heartbeat interval that a client may request
/// @param heartbeatMax            the longest heartbeat interval: with longer ones, too many proxies close the
///                                idle connection
/// @param sseRetry                the longest time an EventSource waits before it reconnects
/// @param waitMax                 the maximum time for which a poll may wait
/// @param ageMax                  the maximum age of a stream over HTTP; zero for no limit
/// @param memberAgeMax            the same for a stream whose client is a member
/// @param paddingBytesMax         the maximum size of the comment that gets a stream through proxies that buffer
///                                its first bytes
/// @param sessionSubscriptionsMax the maximum number of subscriptions in a session: a page shows fewer, but tabs
///                                may share a session
/// @param sessionPatternsMax      the maximum number of channels and patterns in all subscriptions of a session
/// @param subscriptionsMax        the maximum number of subscriptions in the hub, over all transports; plain
///                                polls are never refused
/// @param patternsMax             the maximum number of channels and patterns in all subscriptions of the hub
public record SubscribeSettings(
        int limitDefault,
        int limitMax,
        int lastMax,
        Duration heartbeat,
        Duration heartbeatMin,
        Duration heartbeatMax,
        Duration sseRetry,
        Duration waitMax,
        Duration ageMax,
        Duration memberAgeMax,
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
            Duration.ZERO,
            Duration.ofMinutes(5),
            64 << 10,
            256,
            1_024,
            Budget.SUBSCRIPTIONS.count(),
            Budget.PATTERNS.count());

    /// The maximum age of a stream in milliseconds; [Subscriber#AGELESS] for no limit.
    ///
    /// @param joins whether its client is a member
    public long ageMaxMs(boolean joins) {
        long all = ageMax.isZero() ? Subscriber.AGELESS : ageMax.toMillis();
        long members = memberAgeMax.isZero() ? Subscriber.AGELESS : memberAgeMax.toMillis();
        return joins ? Math.min(all, members) : all;
    }
}
