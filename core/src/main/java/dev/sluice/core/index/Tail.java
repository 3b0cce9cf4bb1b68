package dev.sluice.core.index;

import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import org.jspecify.annotations.Nullable;

/// The entries in memory. Takes no lock and never blocks.
final class Tail implements EntrySource {
    private final Track hub;

    Tail(Track hub) {
        this.hub = hub;
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
