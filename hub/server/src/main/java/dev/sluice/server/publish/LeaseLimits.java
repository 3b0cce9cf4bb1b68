package dev.sluice.server.publish;

import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.lease.Leases;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.limit.CallerShares;
import dev.sluice.server.limit.ClientKey;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Limits the leases of channels, of all callers and of each. May be used from any thread.
final class LeaseLimits {
    private static final int RETRY_SECONDS = 5;

    private static final Problem FULL = Problems.FULL
            .of("The hub has as many leases as its limit allows (publish.leases_max). Try again in a few seconds,"
                    + " or publish without lease=.")
            .withHeader("Retry-After", Integer.toString(RETRY_SECONDS));

    private final Leases leases;
    private final CallerShares shares;

    LeaseLimits(Leases leases, CallerShares shares) {
        this.leases = leases;
        this.shares = shares;
    }

    /// Checks that a channel has a lease or may get one.
    ///
    /// @return the caller for which a new lease counts; null if it counts for none
    /// @throws ProblemException if the channel can have no lease, or there is no room for a further one
    @Nullable
    ClientKey require(Grant grant, ChannelName channel) {
        if (channel.bytes().length > Leases.nameBytesMax()) {
            throw Problems.BAD_NAME.refused(
                    "path", "A channel with a lease has a name of at most " + Leases.nameBytesMax() + " bytes.");
        }
        ClientKey caller = shares.identify(grant).orElse(null);
        if (leases.has(channel)) return caller;
        int free = leases.free();
        if (free == 0) throw new ProblemException(FULL);
        if (caller == null) return null;
        int held = leases.heldBy(caller);
        if (shares.permits(caller, held, 1, free)) return caller;
        throw CallerShares.refusal(
                held + " leases of channels",
                String.format(Locale.ROOT, "%,d", leases.max()),
                "End some of these channels, or publish without lease=.",
                RETRY_SECONDS);
    }
}
