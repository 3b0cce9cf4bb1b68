package dev.sluice.core.event;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;

/// An entry of the log: an event, or the end of a channel.
public sealed interface Entry permits Event, End {
    /// The entry's id, which is also the cursor after it.
    Cursor id();

    /// The position of [#id].
    long position();

    ChannelName channel();

    /// When the log appended it, in milliseconds since 1970; never decreases along the log.
    long timeMs();
}
