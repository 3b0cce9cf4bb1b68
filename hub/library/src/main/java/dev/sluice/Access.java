package dev.sluice;

import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The permissions that an [Authorizer] grants to a client. Everything else is refused with 403. Immutable;
/// each method returns a new object.
///
/// Channels are names or patterns (`news/*`, `news/**`). A subscription must lie wholly within one allowed pattern; it
/// is never narrowed to what is allowed.
///
/// Invalid patterns, and names longer than 255 bytes or with control characters, count as a failure of the authorizer.
///
/// @param user     the client's name, which its events carry ([Event#from]), and which is the scope of its
///                 idempotency keys; "" if the client is anonymous
/// @param channels the names and patterns of channels for each action
public record Access(String user, Map<Action, Set<String>> channels) {
    private static final String ALL = "**";

    /// An action on a channel.
    public enum Action {
        /// Reads events, live or not, and the state of the channel.
        SUBSCRIBE,

        /// Publishes events.
        PUBLISH,

        /// Reads the members of the channel.
        PRESENCE,

        /// Is a member of the channel.
        JOIN,

        /// Sees the channel in the list of channels.
        LIST,

        /// Ends the channel.
        CLOSE,

        /// Deletes the channel, or the data of its events.
        DELETE,

        /// Publishes events in the name of another user (`?from=NAME`). Applies only together with
        /// [#PUBLISH].
        PUBLISH_AS
    }

    public Access {
        Map<Action, Set<String>> copy = new EnumMap<>(Action.class);
        channels.forEach((action, patterns) -> copy.put(action, Set.copyOf(patterns)));
        channels = Map.copyOf(copy);
    }

    /// Allows nothing.
    public static Access nothing() {
        return new Access("", Map.of());
    }

    /// Allows everything on all channels.
    public static Access everything() {
        Access all = nothing();
        for (Action action : Action.values()) all = all.allow(action, ALL);
        return all;
    }

    /// Allows reading all channels: their events, their members, and the list of channels.
    public static Access readOnly() {
        return readOnly(ALL);
    }

    /// Allows reading these channels.
    public static Access readOnly(String... patterns) {
        return nothing()
                .allow(Action.SUBSCRIBE, patterns)
                .allow(Action.PRESENCE, patterns)
                .allow(Action.LIST, patterns);
    }

    /// Also allows an action on these channels.
    public Access allow(Action action, String... patterns) {
        Set<String> all = new LinkedHashSet<>(channels.getOrDefault(action, Set.of()));
        all.addAll(List.of(patterns));
        Map<Action, Set<String>> more = new EnumMap<>(Action.class);
        more.putAll(channels);
        more.put(action, all);
        return new Access(user, more);
    }

    /// Names the client.
    public Access as(String name) {
        return new Access(name, channels);
    }
}
