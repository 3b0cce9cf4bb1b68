package dev.sluice.core.presence;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventKey;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Retention;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/// The channel beside a channel that says who is there: `$presence/chat/7` for `chat/7`. A member is a key; its event
/// says that it is there, the end of its key that it is not.
public final class Shadow {
    /// The type of all its events.
    public static final String TYPE = "presence";

    /// A day of comings and goings, so that who comes back from a night's sleep is told no gap; and for as long as it
    /// is there each member's own event. Bounded in bytes both: some 200,000 members.
    public static final Retention RETENTION =
            new Retention(Duration.ofDays(1), 10_000, 64L << 20, Retention.Keep.NEWEST_OF_KEY);

    private static final String PREFIX = "$presence/";

    private Shadow() {}

    /// The shadow of a channel.
    ///
    /// @throws IllegalArgumentException with a sentence for whoever named the channel, if it can have none
    public static ChannelName of(ChannelName channel) {
        if (channel.isReserved()) {
            throw new IllegalArgumentException(
                    "names with '$' at the beginning of a segment are the server's, and nobody is present there");
        }
        int bytesMax = ChannelName.BYTES_MAX - PREFIX.length();
        if (channel.bytes().length > bytesMax) {
            throw new IllegalArgumentException("a channel with presence has a name of at most " + bytesMax + " bytes");
        }
        return new ChannelName(PREFIX + channel);
    }

    /// Whether a channel is another one's shadow.
    public static boolean isShadow(ChannelName name) {
        return name.value().startsWith(PREFIX);
    }

    /// Whose shadow it is; empty: it is none.
    static Optional<ChannelName> caster(ChannelName name) {
        return isShadow(name)
                ? Optional.of(new ChannelName(name.value().substring(PREFIX.length())))
                : Optional.empty();
    }

    /// Checks a member's name: it becomes a key.
    ///
    /// @throws IllegalArgumentException with a sentence for the member
    public static void checkClient(String client) {
        try {
            EventKey.check(client);
        } catch (IllegalArgumentException invalid) {
            throw new IllegalArgumentException(
                    "a client's name has 1 to " + EventKey.BYTES_MAX + " bytes of UTF-8 and no control characters",
                    invalid);
        }
    }

    static Publication comes(ChannelName shadow, String client) {
        // Without control characters these two are all that JSON wants spelled otherwise (RFC 8259 §7).
        String name = client.replace("\\", "\\\\").replace("\"", "\\\"");
        byte[] json = ("{\"client\":\"" + name + "\"}").getBytes(StandardCharsets.UTF_8);
        Content data = new Content(Content.Kind.JSON, "application/json", json);
        return new Publication(new Draft(shadow, TYPE, client, null, data, false, false), Conditions.NONE);
    }

    static Publication goes(ChannelName shadow, String client) {
        return new Publication(new Draft(shadow, TYPE, client, null, Content.NONE, true, false), Conditions.NONE);
    }
}
