package dev.sluice.core.event;

import dev.sluice.core.channel.ChannelName;
import org.jspecify.annotations.Nullable;

/// A publisher's request to the log: an event, the end of a channel, or an event and then the end.
///
/// @param channel the channel to append to
/// @param type    see [EventType]
/// @param key     what the event is about; null: no key
/// @param from    the publisher; null: not known
/// @param content the data; null: no event, only the end of the channel
/// @param keyEnds whether this event removes its key, so that snapshots leave the key out
/// @param ends    whether the channel ends after this event
/// @param traceParent the span in which it was published; null: not known
public record Draft(
        ChannelName channel,
        String type,
        @Nullable String key,
        @Nullable String from,
        @Nullable Content content,
        boolean keyEnds,
        boolean ends,
        @Nullable TraceParent traceParent) {
    /// A draft that belongs to no trace.
    public Draft(
            ChannelName channel,
            String type,
            @Nullable String key,
            @Nullable String from,
            @Nullable Content content,
            boolean keyEnds,
            boolean ends) {
        this(channel, type, key, from, content, keyEnds, ends, null);
    }

    public Draft {
        EventType.check(type);
        if (key != null) EventKey.check(key);
        if (from != null) EventKey.check(from, "a publisher's name");
        if (content == null && !ends) {
            throw new IllegalArgumentException("a draft without content must end the channel");
        }
        if (keyEnds && key == null) throw new IllegalArgumentException("only a key can be removed: name it with key=");
    }

    /// An event without key or publisher.
    public static Draft event(ChannelName channel, String type, Content content) {
        return new Draft(channel, type, null, null, content, false, false);
    }

    /// The same draft by a publisher, unless it names one already; only an event has one.
    ///
    /// @param publisher "" for anonymous publishers
    public Draft by(String publisher) {
        if (from != null || publisher.isEmpty() || content == null) return this;
        return new Draft(channel, type, key, publisher, content, keyEnds, ends, traceParent);
    }

    /// The same draft in a trace, unless it names its own.
    public Draft in(@Nullable TraceParent trace) {
        if (trace == null || traceParent != null) return this;
        return new Draft(channel, type, key, from, content, keyEnds, ends, trace);
    }

    /// Only the end of a channel.
    public static Draft end(ChannelName channel) {
        return new Draft(channel, EventType.MESSAGE, null, null, null, false, true);
    }
}
