package dev.sluice.core.log;

import dev.sluice.core.event.Draft;

/// A draft and the conditions for placing it.
public record Publication(Draft draft, Conditions conditions) {
    /// The same publication with another scope of its idempotency key, if it has one.
    ///
    /// @param publisher "" for anonymous publishers
    public Publication of(String publisher) {
        Conditions.Idempotency key = conditions.idempotency();
        if (key == null || key.publisher().equals(publisher)) return this;
        return new Publication(
                draft,
                new Conditions(
                        new Conditions.Idempotency(publisher, key.key(), key.fingerprint()), conditions.newest()));
    }
}
