package dev.sluice.server.transport;

import dev.sluice.core.channel.Selection;
import dev.sluice.core.delivery.ReaderCount;
import dev.sluice.server.http.Problem;
import dev.sluice.server.http.Problems;
import dev.sluice.server.http.Refused;

/// How many subscriptions the hub takes in all. Asked when one is about to begin, on its event loop: others may pass by
/// one for each loop.
public final class ReaderBudget {
    private final ReaderCount count;
    private final int subscriptionsMax;
    private final int patternsMax;

    public ReaderBudget(ReaderCount count, SubscribeSettings settings) {
        this.count = count;
        subscriptionsMax = settings.subscriptionsMax();
        patternsMax = settings.patternsMax();
    }

    /// @throws Refused if there is no room for one more with this selection
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
                .of("The hub takes " + most + " at a time, and has them. Try again in some seconds, or raise " + setting
                        + " in its configuration.")
                .withHeader("Retry-After", "5");
    }
}
