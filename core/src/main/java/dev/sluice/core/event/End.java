package dev.sluice.core.event;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;

/// The end of a channel: nothing comes behind it but the channel's deletion. Kept and trimmed like an event.
public record End(Cursor id, ChannelName channel, long timeMs) implements Entry {}
