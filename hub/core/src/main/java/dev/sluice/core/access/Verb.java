package dev.sluice.core.access;

import java.util.Locale;

/// An action of a caller, allowed by a [Grant]: all but [#ADMIN] on channels.
public enum Verb {
    /// Reads events and the state of the channel, live or not.
    SUBSCRIBE,

    /// Appends events.
    PUBLISH,

    /// Reads the members, as a list or as events.
    PRESENCE,

    /// Becomes a member.
    JOIN,

    /// Sees the channel in lists of channels.
    LIST,

    /// Ends the channel.
    CLOSE,

    /// Deletes the channel, or the data of its events.
    DELETE,

    /// Appends events in the name of another user. Counts only together with [#PUBLISH].
    PUBLISH_AS,

    /// Operates the hub: revocations, the audit log, figures. Granted for all or nothing.
    ADMIN;

    private final String text = name().toLowerCase(Locale.ROOT);

    /// The verb as written in tokens, configurations and refusals.
    public String text() {
        return text;
    }
}
