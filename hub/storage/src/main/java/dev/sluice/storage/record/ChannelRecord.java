package dev.sluice.storage.record;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.End;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.index.ChannelIndex;
import dev.sluice.core.index.DiskRange;
import dev.sluice.core.index.RetainedRange;
import dev.sluice.core.index.Size;
import dev.sluice.core.index.TrimMark;
import dev.sluice.core.record.RecordInput;
import dev.sluice.core.record.RecordOutput;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The record of a channel in the family `channels`, which lets a start skip the channel's events. Rewritten with each
/// write to the channel, in the same batch.
///
/// @param kept         edges of the retained entries; null if none are retained
/// @param mark         the position up to which the channel lost entries; null if it lost none
/// @param held         the retained entries that the channel's rule no longer covers
/// @param emptySinceMs only meaningful where nothing is retained
public record ChannelRecord(
        ChannelName name,
        @Nullable DiskRange kept,
        RetainedRange held,
        long events,
        long dataBytes,
        @Nullable TrimMark mark,
        long deletedAt,
        long emptySinceMs) {
    private static final int KEPT = 1;
    private static final int FIRST_IS_END = 2;
    private static final int MARK = 4;
    private static final int DELETION = 8;
    private static final int HELD = 16;
    private static final int LATER = 32;

    public static ChannelRecord of(ChannelIndex channel, long nowMs) {
        return new ChannelRecord(
                channel.name(),
                channel.kept(),
                channel.retained(),
                channel.events(),
                channel.dataBytes(),
                channel.mark(),
                channel.deletedAt(),
                nowMs);
    }

    /// @return this record with one more entry
    public ChannelRecord with(Entry entry) {
        DiskRange more = kept == null ? DiskRange.of(entry) : kept.with(entry);
        return switch (entry) {
            case Event event ->
                new ChannelRecord(
                        name, more, held, events + 1, dataBytes + Size.data(event), mark, deletedAt, emptySinceMs);
            case End end -> new ChannelRecord(name, more, held, events, dataBytes, mark, deletedAt, emptySinceMs);
        };
    }

    public RecordOutput write(RecordOutput out) {
        writeFlags(out, kept != null, kept != null && kept.isFirstEnd(), held, mark);
        out.text(name.value());
        if (kept != null) {
            out.number(kept.first()).number(kept.firstTimeMs());
            writeEdges(out, kept.latest(), kept.end(), kept.upTo(), kept.timeMs());
            out.number(events).number(dataBytes);
        } else {
            out.number(emptySinceMs);
        }
        return writeLosses(out, held, mark, deletedAt);
    }

    /// Writes the record of a channel once entries are added. It creates no object, because nearly every
    /// publish writes such a record.
    ///
    /// @param added at least one
    public static RecordOutput write(ChannelIndex channel, List<Entry> added, RecordOutput out) {
        Entry newest = added.getLast();
        long latest = channel.latest();
        long end = channel.end();
        long events = channel.events();
        long dataBytes = channel.dataBytes();
        for (Entry entry : added) {
            dataBytes += Size.data(entry);
            switch (entry) {
                case Event event -> {
                    latest = event.position();
                    events++;
                }
                case End channelEnd -> end = channelEnd.position();
            }
        }
        DiskRange cold = channel.cold();
        if (cold != null) {
            writeFlags(out, true, cold.isFirstEnd(), channel.retained(), channel.mark());
            out.text(channel.name().value());
            out.number(cold.first()).number(cold.firstTimeMs());
        } else {
            Entry inMemory = channel.oldestInMemory();
            Entry oldest = inMemory == null ? added.getFirst() : inMemory;
            writeFlags(out, true, oldest instanceof End, channel.retained(), channel.mark());
            out.text(channel.name().value());
            out.number(oldest.position()).number(oldest.timeMs());
        }
        writeEdges(out, latest, end, newest.position(), newest.timeMs());
        out.number(events).number(dataBytes);
        return writeLosses(out, channel.retained(), channel.mark(), channel.deletedAt());
    }

    private static void writeFlags(
            RecordOutput out, boolean isKept, boolean isFirstEnd, RetainedRange held, @Nullable TrimMark mark) {
        int flags = (isKept ? KEPT : 0)
                | (isFirstEnd ? FIRST_IS_END : 0)
                | (mark != null ? MARK : 0)
                | (mark != null && mark.deletion() ? DELETION : 0)
                | (held.entries() > 0 ? HELD : 0)
                | (mark != null && mark.later() != null ? LATER : 0);
        out.octet(flags);
    }

    private static void writeEdges(RecordOutput out, long latest, long end, long upTo, long timeMs) {
        out.number(latest).number(end).number(upTo).number(timeMs);
    }

    private static RecordOutput writeLosses(
            RecordOutput out, RetainedRange held, @Nullable TrimMark mark, long deletedAt) {
        if (mark != null) out.number(mark.position()).number(mark.at());
        if (held.entries() > 0) out.number(held.upTo()).number(held.entries()).number(held.bytes());
        if (mark != null && mark.later() != null) {
            out.number(mark.later().position()).number(mark.later().at());
        }
        return out.number(deletedAt);
    }

    public static ChannelRecord read(byte[] record) {
        RecordInput in = new RecordInput(record);
        int flags = in.octet();
        ChannelName name = new ChannelName(in.text());
        DiskRange kept = null;
        long events = 0;
        long dataBytes = 0;
        long emptySinceMs = 0;
        if ((flags & KEPT) != 0) {
            boolean isEnd = (flags & FIRST_IS_END) != 0;
            kept = new DiskRange(in.number(), in.number(), isEnd, in.number(), in.number(), in.number(), in.number());
            events = in.number();
            dataBytes = in.number();
        } else {
            emptySinceMs = in.number();
        }
        TrimMark mark = null;
        if ((flags & MARK) != 0) mark = new TrimMark(in.number(), in.number(), (flags & DELETION) != 0);
        RetainedRange held =
                (flags & HELD) == 0 ? RetainedRange.NONE : new RetainedRange(in.number(), in.number(), in.number());
        if (mark != null && (flags & LATER) != 0) {
            TrimMark later = new TrimMark(in.number(), in.number(), false);
            mark = new TrimMark(mark.position(), mark.at(), mark.deletion(), later);
        }
        return new ChannelRecord(name, kept, held, events, dataBytes, mark, in.number(), emptySinceMs);
    }
}
