package dev.sluice.server.transport;

import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.delivery.ReaderCount;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.limit.CallerShares;
import dev.sluice.server.limit.ClientKey;
import dev.sluice.server.subscribe.SubscribeSettings;
import java.util.Optional;

/// Limits the number of subscriptions in the hub, and each caller's share of it. Checked when a subscription
/// begins, on its own event loop, so concurrent subscriptions may exceed the limit by one per loop.
public final class ReaderBudget {
    private static final int RETRY_SECONDS = 5;
    private static final String END_SOME = "End some, or use wildcards.";

    private final ReaderCount count;
    private final int subscriptionsMax;
    private final int patternsMax;
    private final CallerShares shares;

    /// @param count counts the readers of each caller
    public ReaderBudget(ReaderCount count, SubscribeSettings settings, CallerShares shares) {
        this.count = count;
        this.shares = shares;
        subscriptionsMax = settings.subscriptionsMax();
        patternsMax = settings.patternsMax();
        count.countCallers(shares::identify);
    }

    /// The caller in whose share a request counts; empty if only the total is limited.
    public Optional<ClientKey> caller(Grant grant) {
        return shares.identify(grant);
    }

    /// @throws ProblemException if a subscription with this selection would exceed a limit
    public void require(Selection selection, Grant grant) {
        long subscriptionsFree = subscriptionsMax - count.readers();
        long patternsFree = patternsMax - count.patterns();
        int weight = selection.weight();
        if (subscriptionsFree < 1) {
            throw new ProblemException(full(subscriptionsMax + " subscriptions", "subscribe.subscriptions_max"));
        }
        if (patternsFree < weight) {
            throw new ProblemException(
                    full(patternsMax + " channels and patterns in subscriptions", "subscribe.patterns_max"));
        }
        ClientKey caller = caller(grant).orElse(null);
        if (caller == null) return;
        ReaderCount.Held held = count.of(caller);
        if (!shares.permits(caller, held.readers(), 1, subscriptionsFree)) {
            throw CallerShares.refusal(
                    held.readers() + " subscriptions", Integer.toString(subscriptionsMax), END_SOME, RETRY_SECONDS);
        }
        if (!shares.permits(caller, held.patterns(), weight, patternsFree)) {
            throw CallerShares.refusal(
                    held.patterns() + " channels and patterns in subscriptions",
                    Integer.toString(patternsMax),
                    END_SOME,
                    RETRY_SECONDS);
        }
    }

    private static Problem full(String most, String setting) {
        return Problems.FULL
                .of("The hub takes " + most
                        + " at a time, and the limit is reached. Try again in a few seconds, or raise " + setting
                        + " in its configuration.")
                .withHeader("Retry-After", Integer.toString(RETRY_SECONDS));
    }
}
