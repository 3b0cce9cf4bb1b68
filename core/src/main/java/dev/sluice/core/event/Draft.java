package dev.sluice.core.event;

import dev.sluice.core.channel.ChannelName;
import org.jspecify.annotations.Nullable;

/// What a publisher wants to be in the log: an event, the end of a channel, or an event and then the end.
///
/// @param channel   where to
/// @param type      what kind of event, see [EventType]
/// @param key       what it is about; null: about nothing in particular
/// @param from      who published it; null: not known
/// @param content   the data; null: no event, only the end
/// @param keyEnds   whether this is the last word about its key, so that snapshots leave it out
/// @param ends      whether the channel ends behind it
public record Draft(
        ChannelName channel,
        String type,
        @Nullable String key,
        @Nullable String from,
        @Nullable Content content,
        boolean keyEnds,
        boolean ends) {
    public Draft {
        EventType.check(type);
        if (key != null) EventKey.check(key);
        if (content == null && !ends) throw new IllegalArgumentException("a draft without content is a channel's end");
        if (keyEnds && key == null) throw new IllegalArgumentException("only a key can be removed: name it with key=");
    }

    /// An event of a channel, without key or publisher.
    public static Draft event(ChannelName channel, String type, Content content) {
        return new Draft(channel, type, null, null, content, false, false);
    }

    /// The end of a channel and nothing else.
    public static Draft end(ChannelName channel) {
        return new Draft(channel, EventType.MESSAGE, null, null, null, false, true);
    }
}
