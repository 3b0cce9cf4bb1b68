package dev.sluice.core.access;

import java.util.Locale;

/// An action of a caller on a channel, allowed by a [Grant].
public enum Verb {
    /// Reads events and the state of the channel, live or not.
    SUBSCRIBE,

    /// Appends events.
    PUBLISH,

    /// Reads who is a member, as a list or as events.
    PRESENCE,

    /// Becomes a member.
    JOIN,

    /// Sees the channel in lists of channels.
    LIST,

    /// Ends the channel.
    CLOSE,

    /// Deletes the channel, or the data of its events.
    DELETE;

    /// The verb as it is written on the wire.
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
