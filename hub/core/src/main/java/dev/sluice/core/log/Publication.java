package dev.sluice.core.log;

import dev.sluice.core.access.Principal;
import dev.sluice.core.event.Draft;

/// A draft and the conditions for placing it.
public record Publication(Draft draft, Conditions conditions) {
    /// The same publication by a publisher: its idempotency key, if it has one, belongs to the publisher's
    /// scope, and its event is from the publisher, unless the draft names another one.
    public Publication of(Principal publisher) {
        if (publisher.name().isEmpty() && conditions.idempotency() == null) return this; // The common case.
        return new Publication(draft.by(publisher.name()), conditions.of(publisher));
    }
}
