package dev.sluice.core.event;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.encoding.EncodedEvent;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// An event in the log. Immutable and safe to share, except for a hidden cache of its encoded bytes, so that each
/// format is encoded once for all readers.
///
/// The parts of its id and content are fields of the event itself, or shared with other events of its channel.
/// The log keeps hundreds of thousands of events, and the garbage collector's pauses grow with the number and
/// size of the objects that are kept.
public sealed class Event extends EventFields implements Entry {
    private static final VarHandle ENCODED;

    static {
        try {
            ENCODED = MethodHandles.lookup().findVarHandle(Event.class, "encoded", EncodedEvent.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final EventAttributes attributes;
    private final long position;
    private final long timeMs;
    private final byte[] data;

    @SuppressWarnings("unused") // Accessed through ENCODED only.
    private volatile @Nullable EncodedEvent encoded;

    private Event(EventAttributes attributes, long position, long timeMs, EventFields fields, byte[] data) {
        super(fields);
        this.attributes = attributes;
        this.position = position;
        this.timeMs = timeMs;
        this.data = data;
    }

    /// Creates the event of a draft that has content.
    public static Event of(Cursor id, long timeMs, Draft draft) {
        return of(id.epoch(), id.position(), draft.channel(), timeMs, draft, null);
    }

    /// Creates the event of a draft that has content, which shares what it can with other events of its channel.
    ///
    /// @param channel the instance of its channel's name that they share
    /// @param before  the attributes of an earlier event; null if there is none
    public static Event of(
            Epoch epoch,
            long position,
            ChannelName channel,
            long timeMs,
            Draft draft,
            @Nullable EventAttributes before) {
        EventAttributes attributes = EventAttributes.of(epoch, channel, draft, before);
        return new Event(attributes, position, timeMs, draft, draft.data());
    }

    /// The same event at the same place without its data.
    public Event forgotten() {
        return new Event(attributes.withoutData(), position, timeMs, this, Content.NONE.bytes());
    }

    /// The same event without its data, of which it still knows the length: for lists of events that were read from
    /// disk, because the data of many would fill the heap.
    public final Event outline() {
        return new Outline(this);
    }

    /// The attributes, which later events of its channel can share.
    public EventAttributes attributes() {
        return attributes;
    }

    @Override
    public Cursor id() {
        return new Cursor(attributes.epoch(), position);
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public ChannelName channel() {
        return attributes.channel();
    }

    public String type() {
        return attributes.type();
    }

    @Override
    public long timeMs() {
        return timeMs;
    }

    /// The data; [Content#NONE] if it was removed.
    public Content content() {
        return new Content(attributes.contentKind(), attributes.contentType(), data);
    }

    /// The kind of [#content], without an object for it.
    public ContentKind contentKind() {
        return attributes.contentKind();
    }

    /// The media type of [#content].
    public String contentType() {
        return attributes.contentType();
    }

    /// The bytes of [#content], not a copy: they must not be changed.
    public byte[] data() {
        return data;
    }

    /// The length of its data, in bytes.
    public int dataBytes() {
        return data.length;
    }

    /// Whether this event removes its key.
    public boolean isKeyEnd() {
        return attributes.keyEnds();
    }

    /// Whether its data was removed on request.
    public boolean isForgotten() {
        return attributes.forgotten();
    }

    /// Its bytes in a wire format; null if no loop has encoded them yet, or their memory was released.
    public @Nullable EncodedEvent encoded(int formatId) {
        return EncodedEvent.find((EncodedEvent) ENCODED.getAcquire(this), formatId);
    }

    /// Caches its bytes in a wire format. If two event loops encode at the same moment, one of the two equal
    /// results is kept.
    public void cache(EncodedEvent bytes) {
        EncodedEvent known = (EncodedEvent) ENCODED.getAcquire(this);
        ENCODED.compareAndSet(this, known, bytes.before(known));
    }

    @Override
    public final String toString() {
        return channel() + "#" + id();
    }

    private static final class Outline extends Event {
        private final int dataBytes;

        Outline(Event event) {
            super(event.attributes, event.position, event.timeMs, event, Content.NONE.bytes());
            dataBytes = event.dataBytes();
        }

        @Override
        public int dataBytes() {
            return dataBytes;
        }
    }
}
