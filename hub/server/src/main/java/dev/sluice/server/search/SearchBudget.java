package dev.sluice.server.search;

import dev.sluice.core.access.Grant;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.limit.CallerShares;
import dev.sluice.server.limit.ClientKey;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Limits the number of searches under way, and each caller's share of it. When all places are taken, a new
/// search replaces the one that has waited longest for its client. May be used from any thread.
public final class SearchBudget {
    /// The maximum number of searches: all share one thread, and each holds a slice of the log.
    public static final int ALL_MAX = 16;

    /// The maximum number for a caller: two pages, each with a search and a histogram.
    static final int CALLER_MAX = 4;

    /// The time without a read after which a search may be cut off for a new one.
    static final long WAITS_NS_MIN = TimeUnit.SECONDS.toNanos(1);

    private final CallerShares shares;
    private final LongSupplier nowNs;
    private final Set<Place> places = new LinkedHashSet<>();

    /// @param nowNs a monotonic clock
    public SearchBudget(CallerShares shares, LongSupplier nowNs) {
        this.shares = shares;
        this.nowNs = nowNs;
    }

    /// The place of one search, which ends with [#close].
    final class Place implements AutoCloseable {
        private final @Nullable ClientKey client;
        private @Nullable Runnable giveWay;
        private boolean isWaiting;
        private long waitsSinceNs;

        private Place(@Nullable ClientKey client) {
            this.client = client;
        }

        /// @param cut ends the search; called at most once, from any thread
        void onGiveWay(Runnable cut) {
            synchronized (places) {
                giveWay = cut;
            }
        }

        /// Called when the search waits for its client to read its results.
        void waits() {
            synchronized (places) {
                isWaiting = true;
                waitsSinceNs = nowNs.getAsLong();
            }
        }

        /// Called when the client has read them.
        void goesOn() {
            synchronized (places) {
                isWaiting = false;
            }
        }

        private long waitedNs() {
            return isWaiting && giveWay != null ? nowNs.getAsLong() - waitsSinceNs : 0;
        }

        /// Returns true until the place is closed or given to another search.
        boolean isOpen() {
            synchronized (places) {
                return places.contains(this);
            }
        }

        @Override
        public void close() {
            synchronized (places) {
                places.remove(this);
            }
        }
    }

    /// Takes a place for a search.
    ///
    /// @throws ProblemException if no place is free
    Place take(Grant grant) {
        ClientKey client = shares.identify(grant).orElse(null);
        Runnable cut = null;
        Place taken;
        synchronized (places) {
            long held = client == null
                    ? 0
                    : places.stream().filter(each -> client.equals(each.client)).count();
            int free = ALL_MAX - places.size();
            if (client != null && (held >= CALLER_MAX || !shares.permits(client, held, 1, free)))
                throw refused(
                        Problems.TOO_MANY,
                        "The hub already runs " + held + " searches for this client. Wait until one of them ends.");
            if (free == 0) {
                Place slowest = places.stream()
                        .max(Comparator.comparingLong(Place::waitedNs))
                        .orElseThrow();
                if (slowest.waitedNs() < WAITS_NS_MIN)
                    throw refused(
                            Problems.FULL,
                            "The hub already runs " + ALL_MAX
                                    + " searches, the maximum at a time. Try again in a second.");
                places.remove(slowest);
                cut = slowest.giveWay;
            }
            taken = new Place(client);
            places.add(taken);
        }
        if (cut != null) cut.run();
        return taken;
    }

    private static ProblemException refused(Problems problem, String detail) {
        return new ProblemException(problem.of(detail).withHeader("Retry-After", "1"));
    }

    /// The number of searches under way.
    public int open() {
        synchronized (places) {
            return places.size();
        }
    }
}
