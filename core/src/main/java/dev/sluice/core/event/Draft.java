package dev.sluice.core.event;

import dev.sluice.core.channel.ChannelName;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A publisher's request to the log: an event, the end of a channel, or an event and then the end. Immutable.
///
/// It has the parts of its content in fields of its own, as an event does: many drafts are under way at once where
/// batches are published, and the collector copies each object of them.
public final class Draft {
    private static final byte[] NO_DATA = {};

    private final ChannelName channel;
    private final String type;
    private final @Nullable String key;
    private final @Nullable String from;
    private final @Nullable ContentKind contentKind; // Null: no event, only the end of the channel.
    private final String contentType;
    private final byte[] data;
    private final boolean keyEnds;
    private final boolean ends;
    private final @Nullable TraceParent traceParent;

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

    /// @param channel the channel to append to
    /// @param type    see [EventType]
    /// @param key     what the event is about; null: no key
    /// @param from    the publisher; null: not known
    /// @param content the data; null: no event, only the end of the channel
    /// @param keyEnds whether this event removes its key, so that snapshots leave the key out
    /// @param ends    whether the channel ends after this event
    /// @param traceParent the span in which it was published; null: not known
    public Draft(
            ChannelName channel,
            String type,
            @Nullable String key,
            @Nullable String from,
            @Nullable Content content,
            boolean keyEnds,
            boolean ends,
            @Nullable TraceParent traceParent) {
        EventType.check(type);
        if (key != null) EventKey.check(key);
        if (from != null) EventKey.check(from, "a publisher's name");
        if (content == null && !ends) {
            throw new IllegalArgumentException("a draft without content must end the channel");
        }
        if (keyEnds && key == null) throw new IllegalArgumentException("only a key can be removed: name it with key=");
        this.channel = channel;
        this.type = type;
        this.key = key;
        this.from = from;
        this.contentKind = content == null ? null : content.kind();
        this.contentType = content == null ? Content.NONE.type() : content.type();
        this.data = content == null ? NO_DATA : content.bytes();
        this.keyEnds = keyEnds;
        this.ends = ends;
        this.traceParent = traceParent;
    }

    /// An event without key or publisher.
    public static Draft event(ChannelName channel, String type, Content content) {
        return new Draft(channel, type, null, null, content, false, false);
    }

    /// Only the end of a channel.
    public static Draft end(ChannelName channel) {
        return new Draft(channel, EventType.MESSAGE, null, null, null, false, true);
    }

    /// The same draft by a publisher, unless it names one already; only an event has one.
    ///
    /// @param publisher "" for anonymous publishers
    public Draft by(String publisher) {
        if (from != null || publisher.isEmpty() || !isEvent()) return this;
        return new Draft(channel, type, key, publisher, content(), keyEnds, ends, traceParent);
    }

    /// The same draft in a trace, unless it names its own.
    public Draft in(@Nullable TraceParent trace) {
        if (trace == null || traceParent != null) return this;
        return new Draft(channel, type, key, from, content(), keyEnds, ends, trace);
    }

    /// The channel to append to.
    public ChannelName channel() {
        return channel;
    }

    /// The type of the event, see [EventType].
    public String type() {
        return type;
    }

    /// The subject of the event; null: no key.
    public @Nullable String key() {
        return key;
    }

    /// The publisher; null: not known.
    public @Nullable String from() {
        return from;
    }

    /// Whether it has an event, and not only the end of a channel.
    public boolean isEvent() {
        return contentKind != null;
    }

    /// The data; null: no event, only the end of the channel.
    public @Nullable Content content() {
        return contentKind == null ? null : new Content(contentKind, contentType, data);
    }

    /// The kind of [#content], of an event.
    ContentKind contentKind() {
        return Objects.requireNonNull(contentKind, "a draft without content makes no event");
    }

    /// The media type of [#content], of an event.
    String contentType() {
        return contentType;
    }

    /// The bytes of [#content], not a copy; none if there is no event.
    byte[] data() {
        return data;
    }

    /// The length of its data, in bytes; 0 if there is no event.
    public int dataBytes() {
        return data.length;
    }

    /// Whether this event removes its key, so that snapshots leave the key out.
    public boolean keyEnds() {
        return keyEnds;
    }

    /// Whether the channel ends after this event.
    public boolean ends() {
        return ends;
    }

    /// The span in which it was published; null: not known.
    public @Nullable TraceParent traceParent() {
        return traceParent;
    }
}
