package dev.sluice.storage;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.End;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.store.Channel;
import dev.sluice.core.store.Cold;
import dev.sluice.core.store.Held;
import dev.sluice.core.store.Mark;
import dev.sluice.core.store.Size;
import org.jspecify.annotations.Nullable;

/// What `channels` says of a channel, so that a start need not look at its events. Written anew with each write to the
/// channel, in the same batch.
///
/// @param kept         null: nothing
/// @param mark         null: it lost nothing
/// @param held         of that, in front of what its rule covers
/// @param emptySinceMs counts where it keeps nothing
record ChannelRecord(
        ChannelName name,
        @Nullable Cold kept,
        Held held,
        long events,
        long dataBytes,
        @Nullable Mark mark,
        long deletedAt,
        long emptySinceMs) {
    private static final int KEPT = 1;
    private static final int FIRST_IS_END = 2;
    private static final int MARK = 4;
    private static final int DELETION = 8;
    private static final int HELD = 16;
    private static final int LATER = 32;

    static ChannelRecord of(Channel channel, long nowMs) {
        return new ChannelRecord(
                channel.name(),
                channel.kept(),
                channel.held(),
                channel.events(),
                channel.dataBytes(),
                channel.mark(),
                channel.deletedAt(),
                nowMs);
    }

    /// With one entry more.
    ChannelRecord with(Entry entry) {
        Cold more = kept == null ? Cold.of(entry) : kept.with(entry);
        return switch (entry) {
            case Event event ->
                new ChannelRecord(
                        name, more, held, events + 1, dataBytes + Size.data(event), mark, deletedAt, emptySinceMs);
            case End end -> new ChannelRecord(name, more, held, events, dataBytes, mark, deletedAt, emptySinceMs);
        };
    }

    byte[] write() {
        int flags = (kept != null ? KEPT : 0)
                | (kept != null && kept.isFirstEnd() ? FIRST_IS_END : 0)
                | (mark != null ? MARK : 0)
                | (mark != null && mark.deletion() ? DELETION : 0)
                | (held.entries() > 0 ? HELD : 0)
                | (mark != null && mark.later() != null ? LATER : 0);
        Out out = new Out(128).octet(flags).text(name.value());
        if (kept != null) {
            out.number(kept.first()).number(kept.firstTimeMs()).number(kept.latest());
            out.number(kept.end()).number(kept.upTo()).number(kept.timeMs());
            out.number(events).number(dataBytes);
        } else {
            out.number(emptySinceMs);
        }
        if (mark != null) out.number(mark.position()).number(mark.at());
        if (held.entries() > 0) out.number(held.upTo()).number(held.entries()).number(held.bytes());
        if (mark != null && mark.later() != null) {
            out.number(mark.later().position()).number(mark.later().at());
        }
        return out.number(deletedAt).bytes();
    }

    static ChannelRecord read(byte[] record) {
        In in = new In(record);
        int flags = in.octet();
        ChannelName name = new ChannelName(in.text());
        Cold kept = null;
        long events = 0;
        long dataBytes = 0;
        long emptySinceMs = 0;
        if ((flags & KEPT) != 0) {
            boolean isEnd = (flags & FIRST_IS_END) != 0;
            kept = new Cold(in.number(), in.number(), isEnd, in.number(), in.number(), in.number(), in.number());
            events = in.number();
            dataBytes = in.number();
        } else {
            emptySinceMs = in.number();
        }
        Mark mark = null;
        if ((flags & MARK) != 0) mark = new Mark(in.number(), in.number(), (flags & DELETION) != 0);
        Held held = (flags & HELD) == 0 ? Held.NONE : new Held(in.number(), in.number(), in.number());
        if (mark != null && (flags & LATER) != 0) {
            Mark later = new Mark(in.number(), in.number(), false);
            mark = new Mark(mark.position(), mark.at(), mark.deletion(), later);
        }
        return new ChannelRecord(name, kept, held, events, dataBytes, mark, in.number(), emptySinceMs);
    }
}
