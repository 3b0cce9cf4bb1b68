package dev.sluice.core.log;

import dev.sluice.core.access.Principal;
import org.jspecify.annotations.Nullable;

/// The conditions under which a draft is placed. Only the log checks them, in the order of its appends: a check
/// by its caller before the append would race with other appends.
///
/// @param idempotency identifies repeats; null if every append is a new one. Checked before anything else
/// @param newest      the required newest event of the channel
public record Conditions(@Nullable Idempotency idempotency, Newest newest) {
    /// No conditions: the draft is always placed.
    public static final Conditions NONE = new Conditions(null, new Newest.Any());

    /// The same conditions for a publisher: its scope contains the idempotency key, if there is one.
    Conditions of(Principal publisher) {
        if (idempotency == null) return this;
        String scope = publisher.keyScope().text();
        if (idempotency.publisher.equals(scope)) return this;
        return new Conditions(new Idempotency(scope, idempotency.key, idempotency.fingerprint), newest);
    }

    /// An idempotency key, remembered for five minutes after its success.
    ///
    /// @param publisher   the scope of the key, as [dev.sluice.core.access.KeyScope#text] has it
    /// @param key         1 to 255 visible ASCII characters, plus `/n` for the n-th event of a streamed body
    /// @param fingerprint the fingerprint of body and conditions; the same key with another fingerprint is
    ///                    refused
    public record Idempotency(String publisher, String key, String fingerprint) {}

    /// The required newest event of the channel.
    public sealed interface Newest {
        record Any() implements Newest {}

        record None() implements Newest {}

        /// @param id the event's id as text; an id unknown to this log never equals the newest
        record Is(String id) implements Newest {}
    }
}
