package dev.sluice.server.limit;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.FairShare;
import java.time.Duration;

/// The limits of one client: of an address, or of a caller with a token. A rate of 0 is no limit.
///
/// @param clientsMax           the maximum number of clients remembered for each kind of limit
/// @param connectionsMax       the maximum number of open connections of an address; 0 for no limit
/// @param connections          the rate of new connections of an address
/// @param requests             the rate of requests of an address
/// @param publishes            the rate of events of a caller, or of an address if it has no token
/// @param publishBytes         the rate of these events' data in bytes
/// @param authFailures         the rate of invalid credentials of an address
/// @param callerShare          the part of a common limit that one caller may hold
/// @param loopDelayMax          the maximum delay of an event loop, beyond which it refuses new requests
public record LimitSettings(
        int clientsMax,
        int connectionsMax,
        RateLimit connections,
        RateLimit requests,
        RateLimit publishes,
        RateLimit publishBytes,
        RateLimit authFailures,
        FairShare callerShare,
        Duration loopDelayMax) {
    /// By default only failures are limited, because only the operator knows whether an address is one person,
    /// an office or a proxy.
    public static final LimitSettings DEFAULTS = new LimitSettings(
            Budget.CLIENTS.count(),
            0,
            RateLimit.perSecond("limits.connections_per_second", 0),
            RateLimit.perSecond("limits.requests_per_second", 0),
            RateLimit.perSecond("limits.publishes_per_second", 0),
            RateLimit.perSecond("limits.publish_bytes_per_second", 0),
            RateLimit.perMinute("limits.auth_failures_per_minute", 300),
            new FairShare(FairShare.PERCENT_DEFAULT),
            Duration.ofSeconds(1));

    /// Returns these settings with another share.
    public LimitSettings with(FairShare share) {
        return new LimitSettings(
                clientsMax,
                connectionsMax,
                connections,
                requests,
                publishes,
                publishBytes,
                authFailures,
                share,
                loopDelayMax);
    }
}
