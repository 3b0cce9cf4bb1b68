package dev.sluice.core.index;

import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Another source whose iterators a test sees as they are opened.
record ForwardingSource(EntrySource source, UnaryOperator<EntryIterator> opened) implements EntrySource {
    @Override
    public EntryIterator after(ChannelIndex channel, long position, long upTo) {
        return opened.apply(source.after(channel, position, upTo));
    }

    @Override
    public EntryIterator after(long position, long upTo) {
        return opened.apply(source.after(position, upTo));
    }

    @Override
    public EntryIterator back(ChannelIndex channel, long position) {
        return opened.apply(source.back(channel, position));
    }

    @Override
    public EntryIterator back(long position) {
        return opened.apply(source.back(position));
    }

    @Override
    public @Nullable Entry firstNotOlder(@Nullable ChannelIndex channel, long timeMs, long upTo) {
        return source.firstNotOlder(channel, timeMs, upTo);
    }

    @Override
    public long newestPosition(ChannelIndex channel, Event event) {
        return source.newestPosition(channel, event);
    }
}
