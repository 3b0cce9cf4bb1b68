package dev.sluice.core.access;

import dev.sluice.core.channel.Pattern;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Some channels and, for [Verb#PUBLISH], the type and the key that an event must have.
///
/// @param type        the required type; null for any type or none
/// @param key         the required key; null for any key or none
/// @param channelsMax the maximum number of channels that keep events and that the caller created, or
///                    [#UNBOUNDED]
public record Permission(
        Pattern channels, @Nullable String type, @Nullable String key, int channelsMax) {
    /// No limit on the channels that a caller creates.
    public static final int UNBOUNDED = Integer.MAX_VALUE;

    public Permission {
        if (channelsMax < 1) throw new IllegalArgumentException("channelsMax is 1 or more, was " + channelsMax);
    }

    public Permission(Pattern channels, @Nullable String type, @Nullable String key) {
        this(channels, type, key, UNBOUNDED);
    }

    /// Permission for all events on these channels.
    public static Permission on(Pattern channels) {
        return new Permission(channels, null, null);
    }

    /// Whether events of every type and key lie within the limits.
    boolean isUnlimited() {
        return type == null && key == null;
    }

    /// Whether an event of this type and key lies within the limits.
    boolean admits(@Nullable String eventType, @Nullable String eventKey) {
        return (type == null || Objects.equals(type, eventType)) && (key == null || Objects.equals(key, eventKey));
    }
}
