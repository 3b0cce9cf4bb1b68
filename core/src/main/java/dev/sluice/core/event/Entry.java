package dev.sluice.core.event;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;

/// What a reader meets in the log: an event, or the end of a channel.
public sealed interface Entry permits Event, End {
    /// The entry's id, which is also the cursor just behind it.
    Cursor id();

    ChannelName channel();

    /// When the log took it, in milliseconds since 1970; never goes back along the log.
    long timeMs();
}
