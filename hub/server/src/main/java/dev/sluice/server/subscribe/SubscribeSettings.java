package dev.sluice.server.subscribe;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.delivery.Subscriber;
import java.time.Duration;

/// The limits on subscribe requests. Each is a setting.
///
/// @param limitDefault            events in a poll's answer without `limit=`
/// @param limitMax                the maximum of `limit=`
/// @param lastMax                 the maximum of `last=`
/// @param heartbeat               the heartbeat interval of a stream without `heartbeat=`
/// @param heartbeatMin            the shortest interval a client may ask for
/// @param heartbeatMax            the longest: beyond it too many proxies close the idle connection
/// @param sseRetry                the longest time an EventSource waits before it reconnects
/// @param waitMax                 how long a poll may wait
/// @param ageMax                  the greatest age of a stream over HTTP; zero if it is not limited
/// @param memberAgeMax            the same for a stream whose client is a member
/// @param paddingBytesMax         of the comment that gets a stream through proxies that buffer its first bytes
/// @param sessionSubscriptionsMax concurrent ones in a session: a page shows fewer, but some tabs share a session
/// @param sessionPatternsMax      channels and patterns in all subscriptions of a session together
/// @param subscriptionsMax        concurrent ones in the hub, over all transports; plain polls are never refused
/// @param patternsMax             channels and patterns in all of these together
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

    /// The greatest age of a stream in milliseconds; [Subscriber#AGELESS] if it is not limited.
    ///
    /// @param joins whether its client is a member
    public long ageMaxMs(boolean joins) {
        long all = ageMax.isZero() ? Subscriber.AGELESS : ageMax.toMillis();
        long members = memberAgeMax.isZero() ? Subscriber.AGELESS : memberAgeMax.toMillis();
        return joins ? Math.min(all, members) : all;
    }
}
