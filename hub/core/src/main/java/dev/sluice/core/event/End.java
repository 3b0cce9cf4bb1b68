package dev.sluice.core.event;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;

/// The end of a channel: only the deletion of the channel can follow it. Retained and trimmed like an event.
public record End(Cursor id, ChannelName channel, long timeMs) implements Entry {
    @Override
    public long position() {
        return id.position();
    }
}
