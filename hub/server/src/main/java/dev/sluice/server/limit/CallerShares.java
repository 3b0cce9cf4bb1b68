package dev.sluice.server.limit;

import dev.sluice.core.access.Grant;
import dev.sluice.core.budget.FairShare;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.net.address.TrustedProxies;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/// Refuses callers that hold more than their share of a sum that all callers have in common, such as the hub's
/// subscriptions. One rule for all sums: see [FairShare]. May be used from any thread.
public final class CallerShares {
    private static final String SETTING = "limits.caller_share";

    private final TrustedProxies proxies;
    private volatile FairShare share;
    private final AtomicBoolean isLogged = new AtomicBoolean();

    public CallerShares(LimitSettings settings, TrustedProxies proxies) {
        this.proxies = proxies;
        this.share = settings.callerShare();
    }

    /// Applies another share from now on; what callers hold already stays.
    public void replace(LimitSettings settings) {
        share = settings.callerShare();
        isLogged.set(false);
    }

    /// Returns the name that a caller has proved, else its address. Empty if only the sum limits it: the program around
    /// the hub, a static key, which belongs to an operator's backend, and a trusted proxy that names no client.
    public Optional<ClientKey> identify(Grant grant) {
        boolean isOperators = grant.credential().isPresent() && grant.expiry() == null;
        return isOperators ? Optional.empty() : ClientKey.of(grant.principal(), proxies);
    }

    /// Returns true if a caller may take more of a sum that is not exhausted.
    ///
    /// @param held the part of the caller
    /// @param free the unused part
    public boolean permits(ClientKey caller, long held, long more, long free) {
        boolean isPermitted = share.permits(held, more, free);
        if (!isPermitted && !isLogged.getAndSet(true)) RateRejection.log(SETTING, caller);
        return isPermitted;
    }

    /// The refusal of a caller that has its share.
    ///
    /// @param what  it holds, as in "12 searches"
    /// @param sum   the limit of the sum, as in "16 searches"
    /// @param again how the caller gets room, as a sentence
    public static ProblemException refusal(String what, String sum, String again, int retrySeconds) {
        return new ProblemException(Problems.TOO_MANY
                .of("This client has " + what + ", its share of the " + sum + " of the hub while others need some"
                        + " (" + SETTING + "). " + again)
                .withHeader("Retry-After", Integer.toString(retrySeconds)));
    }
}
