package dev.sluice.core.index;

import dev.sluice.core.event.Event;
import org.jspecify.annotations.Nullable;

/// The type and key of an event: a newer event of the same channel, type and key supersedes it.
public record TypeAndKey(String type, @Nullable String key) {
    public static TypeAndKey of(Event event) {
        return new TypeAndKey(event.type(), event.key());
    }
}
