package dev.sluice.core.presence;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Pattern;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.ContentKind;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventFields;
import dev.sluice.core.event.EventKey;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Retention;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The channel that records the members of another channel: `$presence/chat/7` for `chat/7`. Each member is a key,
/// whose event means that the member is present, and whose end means that it is not.
public final class PresenceChannel {
    /// The type of all its events.
    public static final String TYPE = "presence";

    /// Keeps a day of changes, so that a reader that returns after a night receives no gap, and the event of
    /// each member while it is present. Both are limited in bytes, to about 200,000 members.
    public static final Retention RETENTION =
            new Retention(Duration.ofDays(1), 10_000, 64L << 20, Retention.Keep.NEWEST_OF_KEY);

    private static final String PREFIX = "$presence/";

    private PresenceChannel() {}

    /// The shadow of a channel.
    ///
    /// @throws IllegalArgumentException if the channel cannot have one, with a message for the client
    public static ChannelName of(ChannelName channel) {
        if (channel.isReserved()) {
            throw new IllegalArgumentException(
                    "channels with '$' at the start of a segment are reserved for the server and have no presence");
        }
        int bytesMax = ChannelName.BYTES_MAX - PREFIX.length();
        if (channel.bytes().length > bytesMax) {
            throw new IllegalArgumentException("a channel with presence has a name of at most " + bytesMax + " bytes");
        }
        return new ChannelName(PREFIX + channel);
    }

    /// Whether a channel is the shadow of another.
    public static boolean isShadow(ChannelName name) {
        return name.value().startsWith(PREFIX);
    }

    /// These rules for all channels but shadows, which have their own.
    public static Function<ChannelName, Retention> retention(Function<ChannelName, Retention> rules) {
        return name -> isShadow(name) ? RETENTION : rules.apply(name);
    }

    /// The channel of a shadow; empty if the name is not that of a shadow.
    static Optional<ChannelName> channelOf(ChannelName name) {
        return isShadow(name)
                ? Optional.of(new ChannelName(name.value().substring(PREFIX.length())))
                : Optional.empty();
    }

    /// The pattern of the channels whose shadows another pattern selects; null if it selects no shadows. No pattern
    /// selects both shadows and other channels, because wildcards do not match reserved segments.
    public static @Nullable Pattern shadowedBy(Pattern pattern) {
        return pattern.value().startsWith(PREFIX) ? Pattern.of(pattern.value().substring(PREFIX.length())) : null;
    }

    /// Checks a member's name, which becomes a key.
    ///
    /// @throws IllegalArgumentException if it is invalid, with a message for the client
    public static void checkClient(String client) {
        try {
            EventKey.check(client);
        } catch (IllegalArgumentException invalid) {
            throw new IllegalArgumentException(
                    "a client's name has 1 to " + EventKey.BYTES_MAX + " bytes of UTF-8 and no control characters",
                    invalid);
        }
    }

    /// The publication of the event with which a client becomes a member, or of the end of its key.
    public static Publication change(ChannelName shadow, String client, boolean isMember) {
        return isMember ? join(shadow, client) : leave(shadow, client);
    }

    private static Publication join(ChannelName shadow, String client) {
        // Without control characters, only these two must be escaped in JSON (RFC 8259 §7).
        String name = client.replace("\\", "\\\\").replace("\"", "\\\"");
        byte[] json = ("{\"client\":\"" + name + "\"}").getBytes(StandardCharsets.UTF_8);
        Content data = new Content(ContentKind.JSON, "application/json", json);
        return new Publication(Draft.event(shadow, TYPE, EventFields.ofKey(client), data), Conditions.NONE);
    }

    private static Publication leave(ChannelName shadow, String client) {
        return new Publication(
                new Draft(shadow, TYPE, EventFields.ofKey(client), Content.NONE, true, false), Conditions.NONE);
    }
}
