package dev.sluice.core.index;

import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import org.jspecify.annotations.Nullable;

/// The entries in memory, of all channels. Readers take no lock and never block; changes are for the writer.
final class Tail implements EntrySource {
    /// The entries of all channels.
    final EntryList hub = new EntryList();

    private long bytes; // As Size.kept counts them.

    /// The position up to which the oldest entries must leave so that the tail shrinks to a size; 0 if the tail
    /// exceeds the size by no more than a tenth. For the writer.
    long excessUpTo(long bytesMax) {
        long excess = bytes - bytesMax;
        if (excess <= bytesMax / 10) return 0;
        long upTo = 0;
        TrackIterator oldest = hub.after(0, Long.MAX_VALUE);
        for (Entry entry = oldest.next(); entry != null && excess > 0; entry = oldest.next()) {
            upTo = entry.position();
            excess -= Size.kept(entry);
        }
        return upTo;
    }

    /// Bytes of the entries in memory, as limits count them. For the writer.
    long bytes() {
        return bytes;
    }

    void append(Entry entry) {
        hub.append(entry);
        bytes += Size.kept(entry);
    }

    /// @return false if the entry is not in memory
    boolean remove(Entry entry) {
        if (!hub.remove(entry)) return false;
        bytes -= Size.kept(entry);
        return true;
    }

    /// Replaces an event by one without its data, if it is in memory.
    void replace(Event event, Event forgotten) {
        if (hub.at(event.position()) == null) return;
        hub.replace(forgotten);
        bytes -= Size.kept(event) - Size.kept(forgotten);
    }

    @Override
    public EntryIterator after(ChannelIndex channel, long position, long upTo) {
        return channel.track.after(position, upTo);
    }

    @Override
    public EntryIterator after(long position, long upTo) {
        return hub.after(position, upTo);
    }

    @Override
    public @Nullable Entry onlyAfter(ChannelIndex channel, long position, long upTo) {
        return channel.track.onlyAfter(position, upTo);
    }

    @Override
    public EntryIterator back(ChannelIndex channel, long position) {
        return channel.track.back(position);
    }

    @Override
    public EntryIterator back(long position) {
        return hub.back(position);
    }

    @Override
    public @Nullable Entry firstNotOlder(@Nullable ChannelIndex channel, long timeMs, long upTo) {
        return (channel == null ? hub : channel.track).firstNotOlder(timeMs, upTo);
    }

    @Override
    public long newestPosition(ChannelIndex channel, Event event) {
        return channel.newestPosition(event);
    }
}
