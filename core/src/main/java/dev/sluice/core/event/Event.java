package dev.sluice.core.event;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.encoding.Encoded;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// An event in the log. Immutable and safe to share, except for a hidden cache of its encoded bytes, so that each
/// format is encoded once for all readers.
///
/// It has the parts of its id and its content in fields of its own: the log keeps hundreds of thousands of events, and
/// the collector's pauses grow with the number of objects that are kept.
public final class Event implements Entry {
    private static final VarHandle ENCODED;

    static {
        try {
            ENCODED = MethodHandles.lookup().findVarHandle(Event.class, "encoded", Encoded.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final Epoch epoch;
    private final long position;
    private final ChannelName channel;
    private final String type;
    private final long timeMs;
    private final @Nullable String key;
    private final @Nullable String from;
    private final ContentKind contentKind;
    private final String contentType;
    private final byte[] data;
    private final @Nullable TraceParent traceParent;
    private final boolean keyEnds;
    private final boolean forgotten;

    @SuppressWarnings("unused") // Accessed through ENCODED only.
    private volatile @Nullable Encoded encoded;

    private Event(Cursor id, ChannelName channel, long timeMs, Draft draft, Content content, boolean forgotten) {
        this.epoch = id.epoch();
        this.position = id.position();
        this.timeMs = timeMs;
        this.channel = channel;
        this.type = draft.type();
        this.key = draft.key();
        this.from = draft.from();
        this.traceParent = draft.traceParent();
        this.keyEnds = draft.keyEnds();
        this.contentKind = content.kind();
        this.contentType = content.type();
        this.data = content.bytes();
        this.forgotten = forgotten;
    }

    /// Creates the event of a draft that has content.
    public static Event of(Cursor id, long timeMs, Draft draft) {
        return of(id, draft.channel(), timeMs, draft);
    }

    /// Creates the event with a given instance of its channel name, which many events share.
    public static Event of(Cursor id, ChannelName channel, long timeMs, Draft draft) {
        return new Event(id, channel, timeMs, draft, Objects.requireNonNull(draft.content(), "content"), false);
    }

    /// The same event at the same place without its data.
    public Event forgotten() {
        Draft draft = new Draft(channel, type, key, from, Content.NONE, keyEnds, false, traceParent);
        return new Event(id(), channel, timeMs, draft, Content.NONE, true);
    }

    @Override
    public Cursor id() {
        return new Cursor(epoch, position);
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public ChannelName channel() {
        return channel;
    }

    public String type() {
        return type;
    }

    @Override
    public long timeMs() {
        return timeMs;
    }

    /// The subject of the event; null: no key.
    public @Nullable String key() {
        return key;
    }

    /// The publisher; null: not known.
    public @Nullable String from() {
        return from;
    }

    /// The span in which it was published; null: not known.
    public @Nullable TraceParent traceParent() {
        return traceParent;
    }

    /// The data; [Content#NONE] if it was removed.
    public Content content() {
        return new Content(contentKind, contentType, data);
    }

    /// The kind of [#content], without an object for it.
    public ContentKind contentKind() {
        return contentKind;
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
        return keyEnds;
    }

    /// Whether its data was removed on request.
    public boolean isForgotten() {
        return forgotten;
    }

    /// Its bytes in a wire format; null if no loop has encoded them yet, or their memory was released.
    public @Nullable Encoded encoded(int formatId) {
        return Encoded.find((Encoded) ENCODED.getAcquire(this), formatId);
    }

    /// Caches its bytes in a wire format. If two event loops encode at the same moment, one of the two equal
    /// results is kept.
    public void cache(Encoded bytes) {
        Encoded known = (Encoded) ENCODED.getAcquire(this);
        ENCODED.compareAndSet(this, known, bytes.before(known));
    }

    @Override
    public String toString() {
        return channel + "#" + id();
    }
}
