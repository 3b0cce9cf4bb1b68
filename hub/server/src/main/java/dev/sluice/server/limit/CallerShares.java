package dev.sluice.server.limit;

import dev.sluice.core.access.Credential;
import dev.sluice.core.access.Grant;
import dev.sluice.core.budget.FairShare;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.net.address.TrustedProxies;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/// Refuses callers that hold more than their share of a limit that all callers have in common, such as the hub's
/// subscriptions. The rule for all such limits is in [FairShare]. May be used from any thread.
public final class CallerShares {
    private static final String SETTING = "limits.caller_share";

    private final TrustedProxies proxies;
    private volatile FairShare share;
    private final AtomicBoolean isLogged = new AtomicBoolean();

    public CallerShares(LimitSettings settings, TrustedProxies proxies) {
        this.proxies = proxies;
        this.share = settings.callerShare();
    }

    /// Applies another share from now on. Callers keep what they hold already.
    public void replace(LimitSettings settings) {
        share = settings.callerShare();
        isLogged.set(false);
    }

    /// Returns the name that a caller has proved, else its address. Empty if only the total limits it: for the
    /// embedding program, for a static key, which belongs to an operator's backend, and for a trusted proxy that
    /// reports no client.
    public Optional<ClientKey> identify(Grant grant) {
        boolean isOperators = grant.credential().filter(Credential::isStatic).isPresent();
        return isOperators ? Optional.empty() : ClientKey.of(grant.principal(), proxies);
    }

    /// Returns true if a caller may take more of a limit that is not exhausted.
    ///
    /// @param held the part that the caller holds
    /// @param free the unused part
    public boolean permits(ClientKey caller, long held, long more, long free) {
        boolean isPermitted = share.permits(held, more, free);
        if (!isPermitted && !isLogged.getAndSet(true)) RateRejection.log(SETTING, caller);
        return isPermitted;
    }

    /// The refusal of a caller that holds its share.
    ///
    /// @param what  what the caller holds, such as "12 searches"
    /// @param sum   the common limit, such as "16 searches"
    /// @param again a sentence about how the caller gets room
    public static ProblemException refusal(String what, String sum, String again, int retrySeconds) {
        return new ProblemException(Problems.TOO_MANY
                .of("This client has " + what + ", its share of the " + sum + " of the hub while others need some"
                        + " (" + SETTING + "). " + again)
                .withHeader("Retry-After", Integer.toString(retrySeconds)));
    }
}
