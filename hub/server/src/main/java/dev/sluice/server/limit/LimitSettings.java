package dev.sluice.server.limit;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.FairShare;
import java.time.Duration;

/// The limits of one client: of an address, or of a caller with a token. A rate of 0 is no limit.
///
/// @param clientsMax           how many clients are remembered for each kind of limit
/// @param connectionsMax       connections of an address at a time; 0: no limit
/// @param connections          new connections of an address
/// @param requests             of an address
/// @param publishes            events of a caller, or of an address if it has no token
/// @param publishBytes         their data
/// @param authFailures         credentials of an address that prove nothing
/// @param callerShare          the part of a sum of all callers that one of them may hold
/// @param loopDelayMax          how late an event loop may be; beyond that it refuses new requests
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
    /// Only failures are limited: whether an address is one person, an office or a proxy, only the operator knows.
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
