package dev.sluice.server.transport;

import dev.sluice.core.channel.Selection;
import dev.sluice.core.delivery.ReaderCount;
import dev.sluice.server.http.Problem;
import dev.sluice.server.http.Problems;
import dev.sluice.server.http.Refused;
import dev.sluice.server.subscribe.SubscribeSettings;

/// Limits the number of subscriptions in the hub. Checked when a subscription begins, on its own event loop, so
/// concurrent subscriptions may exceed the limit by one per loop.
public final class ReaderBudget {
    private final ReaderCount count;
    private final int subscriptionsMax;
    private final int patternsMax;

    public ReaderBudget(ReaderCount count, SubscribeSettings settings) {
        this.count = count;
        subscriptionsMax = settings.subscriptionsMax();
        patternsMax = settings.patternsMax();
    }

    /// @throws Refused if a subscription with this selection would exceed a limit
    public void require(Selection selection) {
        if (count.readers() >= subscriptionsMax) {
            throw new Refused(full(subscriptionsMax + " subscriptions", "subscribe.subscriptions_max"));
        }
        if (count.patterns() + selection.weight() > patternsMax) {
            throw new Refused(full(patternsMax + " channels and patterns in subscriptions", "subscribe.patterns_max"));
        }
    }

    private static Problem full(String most, String setting) {
        return Problems.FULL
                .of("The hub takes " + most
                        + " at a time, and the limit is reached. Try again in some seconds, or raise " + setting
                        + " in its configuration.")
                .withHeader("Retry-After", "5");
    }
}
