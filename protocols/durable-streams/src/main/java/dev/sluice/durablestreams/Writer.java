package dev.sluice.durablestreams;

import dev.sluice.Request;
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

    static Writer of(Request request) {
        return new Writer(request.caller().orElse(null), request::takePublishes);
    }
}
