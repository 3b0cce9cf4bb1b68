package dev.sluice.core.log;

import org.jspecify.annotations.Nullable;

/// What must hold for a draft to be placed. The log decides, in its own order: nothing above it checks and then
/// appends.
///
/// @param idempotency who repeats what; null: every append is a new one. Looked at before anything else
/// @param newest      what must be the channel's newest event
public record Conditions(@Nullable Idempotency idempotency, Newest newest) {
    /// Always place it.
    public static final Conditions NONE = new Conditions(null, new Newest.Any());

    /// A publisher's name for one publish, remembered for five minutes from its success.
    ///
    /// @param publisher   keys of different publishers don't meet; "" for the anonymous
    /// @param key         1 to 255 visible ASCII characters, and what a streamed body adds: `/n`
    /// @param fingerprint of body and conditions: the same key with another is a mistake
    public record Idempotency(String publisher, String key, String fingerprint) {}

    /// What the channel's newest event must be.
    public sealed interface Newest {
        record Any() implements Newest {}

        record None() implements Newest {}

        /// @param id its id, as text: one that this log never gave simply differs
        record Is(String id) implements Newest {}
    }
}
