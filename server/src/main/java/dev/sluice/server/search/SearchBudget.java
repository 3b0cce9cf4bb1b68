package dev.sluice.server.search;

import dev.sluice.core.access.Principal;
import dev.sluice.server.http.Problems;
import dev.sluice.server.http.Refused;
import dev.sluice.server.limit.ClientKey;
import dev.sluice.server.net.TrustedProxies;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The searches that are under way: a limited number, and of one caller fewer. May be used from any thread.
public final class SearchBudget {
    /// All share one thread; each holds a slice of the log.
    public static final int ALL_MAX = 16;

    /// Two pages, each with a search and a histogram.
    static final int CALLER_MAX = 4;

    private final TrustedProxies proxies;
    private final Map<ClientKey, Integer> ofCallers = new HashMap<>();
    private int open;

    public SearchBudget(TrustedProxies proxies) {
        this.proxies = proxies;
    }

    /// Takes a place for a search.
    ///
    /// @return to be called once, when the search is over
    /// @throws Refused if there is none left
    Runnable take(Principal caller) {
        ClientKey client = ClientKey.of(caller, proxies).orElse(null);
        synchronized (ofCallers) {
            if (client != null && ofCallers.getOrDefault(client, 0) == CALLER_MAX)
                throw refused(
                        Problems.TOO_MANY,
                        "It searches for this client " + CALLER_MAX
                                + " times already. Wait until one of these is done.");
            if (open == ALL_MAX)
                throw refused(
                        Problems.FULL,
                        "It searches " + ALL_MAX
                                + " times already, as often as it may at a time. Try again in a second.");
            open++;
            if (client != null) ofCallers.merge(client, 1, Integer::sum);
        }
        return () -> release(client);
    }

    private static Refused refused(Problems problem, String detail) {
        return new Refused(problem.of(detail).withHeader("Retry-After", "1"));
    }

    private void release(@Nullable ClientKey client) {
        synchronized (ofCallers) {
            open--;
            if (client != null) ofCallers.computeIfPresent(client, (_, count) -> count == 1 ? null : count - 1);
        }
    }

    /// The number of searches under way.
    public int open() {
        synchronized (ofCallers) {
            return open;
        }
    }
}
