package dev.sluice.core.index;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Pattern;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.event.Entry;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The channels of a log by their names. One writer at a time, any number of readers.
final class ChannelTable {
    /// The maximum number of channels that a wildcard read merges, and of names that it examines to find them.
    /// With more, reading the entries of all channels in order costs less.
    private static final int MERGED_MAX = 256;

    /// The maximum number of names examined to find the marks of a wildcard's channels: a few hundred
    /// microseconds.
    private static final int KNOWN_MAX = 1_024;

    private final ConcurrentHashMap<String, ChannelIndex> all = new ConcurrentHashMap<>();

    /// Channels that keep entries, for listings: ordinary names here, reserved names below.
    private final NameIndex listed = new NameIndex();

    private final NameIndex reserved = new NameIndex();

    /// All known channels, including those that have only a mark left.
    private final NameIndex names = new NameIndex();

    private final List<Consumer<ChannelName>> onEmptied = new CopyOnWriteArrayList<>();

    private volatile int kept;

    /// A channel that keeps entries or has a mark; null if there is no such channel.
    @Nullable
    ChannelIndex get(String name) {
        return all.get(name);
    }

    /// The channel that keeps this entry.
    ChannelIndex keeping(Entry entry) {
        ChannelIndex channel = get(entry.channel().value());
        if (channel == null) {
            throw new IllegalStateException("channel '" + entry.channel() + "' keeps an entry but has no state");
        }
        return channel;
    }

    /// Channels that keep entries or have a mark.
    int known() {
        return all.size();
    }

    /// Channels that keep entries.
    int kept() {
        return kept;
    }

    /// Returns true if a channel keeps entries.
    boolean keeps(String name) {
        ChannelIndex channel = all.get(name);
        return channel != null && channel.isListed;
    }

    /// Listeners for channels that cease to keep entries. Called by the writer.
    List<Consumer<ChannelName>> onEmptied() {
        return onEmptied;
    }

    /// Adds a channel, or replaces the one of the same name.
    void put(ChannelIndex channel) {
        if (!channel.equals(all.put(channel.name.value(), channel))) names.put(channel);
    }

    void remove(ChannelIndex channel) {
        all.remove(channel.name.value(), channel);
        names.remove(channel);
    }

    /// Channels with ordinary names that keep entries, in name order, after a name.
    Iterable<ChannelIndex> listed(@Nullable ChannelName after) {
        return listed.after(after);
    }

    /// Channels with reserved names that keep entries, in name order, after a name.
    Iterable<ChannelIndex> reserved(@Nullable ChannelName after) {
        return reserved.after(after);
    }

    /// Lists a channel that now keeps entries.
    void list(ChannelIndex channel) {
        list(channel.name).put(channel);
        channel.isListed = true;
        count(1);
    }

    /// Removes a channel that no longer keeps entries from listings.
    void unlist(ChannelIndex channel) {
        list(channel.name).remove(channel);
        channel.isListed = false;
        count(-1);
        for (Consumer<ChannelName> each : onEmptied) each.accept(channel.name);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // One writer.
    private void count(int change) {
        kept += change;
    }

    private NameIndex list(ChannelName name) {
        return name.isReserved() ? reserved : listed;
    }

    /// The first known channel after a name; null if none follows.
    @Nullable
    ChannelIndex firstKnown(@Nullable ChannelName after) {
        return names.first(after);
    }

    /// The channels of a selection that keep entries; null if there are too many to merge.
    @Nullable
    List<ChannelIndex> kept(Selection selection) {
        Set<ChannelIndex> found = new LinkedHashSet<>();
        int left = MERGED_MAX;
        for (Pattern pattern : selection.patterns()) {
            boolean isReserved =
                    pattern.value().startsWith("$") || pattern.value().contains("/$");
            left = (isReserved ? reserved : listed).addMatching(pattern, left, found);
            if (left < 0) return null;
        }
        return List.copyOf(found);
    }

    /// The channels of a selection that keep entries or have a mark; null if there are too many.
    @Nullable
    List<ChannelIndex> known(Selection selection) {
        List<ChannelIndex> found = new ArrayList<>();
        int left = KNOWN_MAX;
        for (Pattern pattern : selection.patterns()) {
            left = names.addMatching(pattern, left, found);
            if (left < 0) return null;
        }
        return found;
    }
}
