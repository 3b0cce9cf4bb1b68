package dev.sluice.core.sequencer;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.index.ChannelIndex;
import dev.sluice.core.index.EntryIterator;
import dev.sluice.core.index.Index;
import dev.sluice.core.index.TrimMark;
import dev.sluice.core.log.Contents;
import dev.sluice.core.model.RandomLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The state of a log as a text, for comparing logs.
public final class LogState {
    private LogState() {}

    /// All that the log keeps and knows of its losses, by position.
    public static String of(Index index) {
        Map<String, String> channels = new TreeMap<>();
        for (ChannelName name : RandomLog.channels()) {
            ChannelIndex channel = index.channel(name.value());
            if (channel != null) channels.put(name.value(), state(channel));
        }
        List<String> entries = new ArrayList<>();
        try (EntryIterator iterator = index.source().after(0, Long.MAX_VALUE)) {
            for (Entry entry = iterator.next(); entry != null; entry = iterator.next()) {
                if (!index.isDeleted(entry)) entries.add(state(entry));
            }
        }
        return "head %d last %d entries %d bytes %d kept %d known %d folded %s %d\n  channels %s\n  entries %s"
                .formatted(
                        index.head().position(),
                        index.last(),
                        index.entries(),
                        index.dataBytes(),
                        index.channelsKept(),
                        index.channelsKnown(),
                        state(index.marks().folded()),
                        index.marks().foldedDeletion(),
                        channels,
                        entries);
    }

    private static String state(ChannelIndex channel) {
        return "%d events of %d bytes, latest %d, end %d, retained %s, deleted %d, mark %s"
                .formatted(
                        channel.events(),
                        channel.dataBytes(),
                        channel.latest(),
                        channel.end(),
                        channel.retained().entries() == 0 ? "none" : channel.retained(),
                        channel.deletedAt(),
                        state(channel.mark()));
    }

    private static String state(@Nullable TrimMark mark) {
        if (mark == null) return "none";
        String later = mark.later() == null ? "" : " then " + state(mark.later());
        return mark.position() + "@" + mark.at() + (mark.deletion() ? " deletion" : "") + later;
    }

    private static String state(Entry entry) {
        String key = entry instanceof Event event ? event.type() + " " + event.key() : "end";
        return entry.id().position() + " " + entry.channel() + " " + key + " " + entry.timeMs() + " "
                + Contents.describe(entry);
    }
}
