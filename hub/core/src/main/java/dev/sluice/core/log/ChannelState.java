package dev.sluice.core.log;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import org.jspecify.annotations.Nullable;

/// A channel as it is now.
///
/// @param latest   the newest event kept; null if the channel is empty
/// @param earliest the oldest event kept; null if the channel is empty
/// @param end      the end of the channel; null while it is open
/// @param events   the number of events kept
/// @param bytes    the bytes of data kept
/// @param timeMs   the time of the newest entry in milliseconds since 1970; 0 if the channel is empty
public record ChannelState(
        ChannelName name,
        @Nullable Cursor latest,
        @Nullable Cursor earliest,
        @Nullable Cursor end,
        long events,
        long bytes,
        long timeMs) {}
