package dev.sluice.server.connections;

import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.head.Problems;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// The searches through the streams of a hub that requests have under way: a limited number. May be used from any
/// thread.
public final class StreamSearches {
    /// The maximum at a time: each examines all streams, and holds up to a page of them for each event loop.
    static final int COUNT_MAX = 8;

    private final AtomicInteger count = new AtomicInteger();

    /// Answers a request with what a search finds.
    ///
    /// @param search   may throw before it begins, as where a grant does not permit it
    /// @param onFound  called on the event loop of the exchange
    <T> void answer(Exchange exchange, Supplier<CompletionStage<T>> search, Consumer<T> onFound) {
        if (count.incrementAndGet() > COUNT_MAX) {
            count.decrementAndGet();
            throw Problems.FULL.refused("It looks for connections for " + COUNT_MAX
                    + " requests already, as many as it may. Try again in a second.");
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
