package dev.sluice.core.store;

import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import org.jspecify.annotations.Nullable;

/// The tracks in memory. Takes no lock and never waits.
final class Tail implements Source {
    private final Track hub;

    Tail(Track hub) {
        this.hub = hub;
    }

    @Override
    public Way after(Channel channel, long position, long upTo) {
        return channel.track.after(position, upTo);
    }

    @Override
    public Way after(long position, long upTo) {
        return hub.after(position, upTo);
    }

    @Override
    public Way back(Channel channel, long position) {
        return channel.track.back(position);
    }

    @Override
    public Way back(long position) {
        return hub.back(position);
    }

    @Override
    public @Nullable Entry firstNotOlder(@Nullable Channel channel, long timeMs, long upTo) {
        return (channel == null ? hub : channel.track).firstNotOlder(timeMs, upTo);
    }

    @Override
    public long newestPlace(Channel channel, Event event) {
        return channel.newestPlace(event);
    }
}
