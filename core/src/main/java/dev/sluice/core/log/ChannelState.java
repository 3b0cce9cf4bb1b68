package dev.sluice.core.log;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import org.jspecify.annotations.Nullable;

/// A channel as it is now.
///
/// @param latest   its newest event, null if none is kept
/// @param earliest its oldest event, null if none is kept
/// @param end      its end, null while it is open
/// @param events   kept
/// @param bytes    of data kept
/// @param timeMs   of its newest entry; 0 if none is kept
public record ChannelState(
        ChannelName name,
        @Nullable Cursor latest,
        @Nullable Cursor earliest,
        @Nullable Cursor end,
        long events,
        long bytes,
        long timeMs) {}
