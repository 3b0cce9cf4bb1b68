package dev.sluice.durablestreams;

import dev.sluice.Request;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// The caller that writes to a stream.
///
/// @param name  null for an anonymous one
/// @param limit counts what it publishes
record Writer(@Nullable String name, Limit limit) {
    /// The caller's rate limits.
    interface Limit {
        /// Ends the request if the caller has published too much.
        void take(int events, long bytes);
    }

    /// @return a writer whose request is counted once, however often it is tried
    static Writer of(Request request) {
        var isTaken = new AtomicBoolean();
        return new Writer(request.caller().orElse(null), (events, bytes) -> {
            if (!isTaken.getAndSet(true)) request.takePublishes(events, bytes);
        });
    }
}
