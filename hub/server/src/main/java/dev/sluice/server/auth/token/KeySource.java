package dev.sluice.server.auth.token;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Finds the keys of one issuer. May be used from any thread, and never blocks.
interface KeySource {
    /// @param kid as in the header of a token; null if it has none
    Lookup find(@Nullable String kid);

    /// Returns true if the keys at hand include this one. Sends no request.
    default boolean has(@Nullable String kid) {
        return false;
    }

    /// The result of a search: exactly one of four.
    sealed interface Lookup {
        record Found(SignatureCheck check) implements Lookup {}

        /// The issuer has no such key.
        record Unknown() implements Lookup {}

        /// The issuer can't be asked now, or may publish the key soon.
        ///
        /// @param retryMs the milliseconds until it can be asked again
        record Unavailable(long retryMs) implements Lookup {}

        /// @param later is never pending
        record Pending(CompletionStage<Lookup> later) implements Lookup {}
    }

    /// One key, also for tokens without a `kid`.
    static KeySource of(String kid, SignatureCheck check) {
        return given -> given == null || given.equals(kid) ? new Lookup.Found(check) : new Lookup.Unknown();
    }
}
