package dev.sluice.core.event;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.encoded.Encoded;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// An event as the log keeps it. Immutable and safe to share, but for one memory that nobody sees: where its encoded
/// bytes are, so that they are made once for all its readers.
public final class Event implements Entry {
    private static final VarHandle ENCODED;

    static {
        try {
            ENCODED = MethodHandles.lookup().findVarHandle(Event.class, "encoded", Encoded.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final Cursor id;
    private final ChannelName channel;
    private final String type;
    private final long timeMs;
    private final @Nullable String key;
    private final @Nullable String from;
    private final Content content;
    private final boolean keyEnds;
    private final boolean forgotten;

    @SuppressWarnings("unused") // Through ENCODED only.
    private volatile @Nullable Encoded encoded;

    private Event(Cursor id, ChannelName channel, long timeMs, Draft draft, Content content, boolean forgotten) {
        this.id = id;
        this.timeMs = timeMs;
        this.channel = channel;
        this.type = draft.type();
        this.key = draft.key();
        this.from = draft.from();
        this.keyEnds = draft.keyEnds();
        this.content = content;
        this.forgotten = forgotten;
    }

    /// What the log makes of a draft with content.
    public static Event of(Cursor id, long timeMs, Draft draft) {
        return of(id, draft.channel(), timeMs, draft);
    }

    /// The same with another copy of its channel's name, which many events share.
    public static Event of(Cursor id, ChannelName channel, long timeMs, Draft draft) {
        return new Event(id, channel, timeMs, draft, Objects.requireNonNull(draft.content(), "content"), false);
    }

    /// The same event at the same place without its data.
    public Event forgotten() {
        Draft draft = new Draft(channel, type, key, from, Content.NONE, keyEnds, false);
        return new Event(id, channel, timeMs, draft, Content.NONE, true);
    }

    @Override
    public Cursor id() {
        return id;
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

    /// What it is about; null: nothing in particular.
    public @Nullable String key() {
        return key;
    }

    /// Who published it; null: not known.
    public @Nullable String from() {
        return from;
    }

    /// The data, [Content#NONE] if it was forgotten.
    public Content content() {
        return content;
    }

    /// Whether it is the last word about its key.
    public boolean isKeyEnd() {
        return keyEnds;
    }

    /// Whether its data was forgotten on request.
    public boolean isForgotten() {
        return forgotten;
    }

    /// Its bytes in a wire form; null if nobody has encoded them yet, or their memory was given back.
    public @Nullable Encoded encoded(int form) {
        return Encoded.find((Encoded) ENCODED.getAcquire(this), form);
    }

    /// Remembers its bytes in a wire form. Of two event loops that encode at the same moment one wins, which changes
    /// nothing: both wrote the same.
    public void remember(Encoded bytes) {
        Encoded known = (Encoded) ENCODED.getAcquire(this);
        ENCODED.compareAndSet(this, known, bytes.before(known));
    }

    @Override
    public String toString() {
        return channel + "#" + id;
    }
}
