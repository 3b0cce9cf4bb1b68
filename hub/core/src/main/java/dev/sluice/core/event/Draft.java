package dev.sluice.core.event;

import dev.sluice.core.channel.ChannelName;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A publisher's request to the log: an event, the end of a channel, or an event and then the end. Immutable.
///
/// The parts of its content are fields of the draft itself, as in an event: batches have many drafts in flight at
/// once, and the garbage collector copies each object.
public final class Draft extends EventFields {
    private static final byte[] NO_DATA = {};

    private final ChannelName channel;
    private final String type;
    private final @Nullable ContentKind contentKind; // Null if there is only the end of the channel.
    private final String contentType;
    private final byte[] data;
    private final boolean keyEnds;
    private final boolean ends;

    /// @param channel the channel to append to
    /// @param type    see [EventType]
    /// @param content the data; null if there is no event, only the end of the channel
    /// @param keyEnds whether this event removes its key, so that snapshots leave the key out
    /// @param ends    whether the channel ends after this event
    public Draft(
            ChannelName channel,
            String type,
            EventFields fields,
            @Nullable Content content,
            boolean keyEnds,
            boolean ends) {
        super(fields);
        EventType.check(type);
        if (content == null && !ends) {
            throw new IllegalArgumentException("a draft without content must end the channel");
        }
        if (keyEnds && fields.key() == null) {
            throw new IllegalArgumentException("only a key can be removed: name it with key=");
        }
        this.channel = channel;
        this.type = type;
        this.contentKind = content == null ? null : content.kind();
        this.contentType = content == null ? Content.NONE.type() : content.type();
        this.data = content == null ? NO_DATA : content.bytes();
        this.keyEnds = keyEnds;
        this.ends = ends;
    }

    /// An event that has only a type and data.
    public static Draft event(ChannelName channel, String type, Content content) {
        return event(channel, type, EventFields.NONE, content);
    }

    /// An event that neither removes its key nor ends its channel.
    public static Draft event(ChannelName channel, String type, EventFields fields, Content content) {
        return new Draft(channel, type, fields, content, false, false);
    }

    /// Only the end of a channel.
    public static Draft end(ChannelName channel) {
        return new Draft(channel, EventType.MESSAGE, EventFields.NONE, null, false, true);
    }

    /// The same draft by a publisher, unless the draft names one already. Only an event has a publisher.
    ///
    /// @param publisher "" for anonymous publishers
    public Draft by(String publisher) {
        if (from() != null || publisher.isEmpty() || !isEvent()) return this;
        return new Draft(channel, type, with("from", publisher), content(), keyEnds, ends);
    }

    /// The channel to append to.
    public ChannelName channel() {
        return channel;
    }

    /// The type of the event, see [EventType].
    public String type() {
        return type;
    }

    /// Whether it has an event, and not only the end of a channel.
    public boolean isEvent() {
        return contentKind != null;
    }

    /// The data; null if there is no event, only the end of the channel.
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

    /// The bytes of [#content], not a copy; empty if there is no event.
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
}
