package dev.sluice.server.connections;

import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.head.Problems;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Limits the number of requests that search through the streams of a hub at a time. May be used from any
/// thread.
public final class StreamSearches {
    /// The maximum at a time: each examines all streams, and holds up to a page of them for each event loop.
    static final int COUNT_MAX = 8;

    private final AtomicInteger count = new AtomicInteger();

    /// Answers a request with what a search finds.
    ///
    /// @param search   may throw before it begins, for example if the grant does not permit it
    /// @param onFound  called on the event loop of the exchange
    <T> void answer(Exchange exchange, Supplier<CompletionStage<T>> search, Consumer<T> onFound) {
        if (count.incrementAndGet() > COUNT_MAX) {
            count.decrementAndGet();
            throw Problems.FULL.refused("The hub already searches its connections for " + COUNT_MAX
                    + " requests, the maximum. Try again in a second.");
        }
        CompletionStage<T> found;
        try {
            found = search.get();
        } catch (RuntimeException refused) {
            count.decrementAndGet();
            throw refused;
        }
        found.whenComplete((result, failure) -> {
            count.decrementAndGet();
            exchange.run(() -> {
                if (failure != null) throw new IllegalStateException("the search for connections failed", failure);
                onFound.accept(result);
            });
        });
    }
}
