package dev.sluice.core.delivery.operator;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.stream.EndCode;
import org.jspecify.annotations.Nullable;

/// Something that happened to a stream of a traced client.
///
/// @param timeMs in milliseconds since 1970
/// @param stream its status at that time
public record TraceStep(long timeMs, Kind kind, StreamStatus stream) {
    /// The kinds of steps.
    public sealed interface Kind {
        /// The stream opened. If its transport differs from that of the previous stream, the client changed the
        /// transport.
        ///
        /// @param after the cursor that the client resumed from; null if it sent none, or if the stream is a
        ///              session
        record Opened(@Nullable String after) implements Kind {}

        /// A subscription of a session began.
        ///
        /// @param after see [Opened]
        record Subscribed(@Nullable String after) implements Kind {}

        /// Events are missing.
        ///
        /// @param after  the cursor of the client
        /// @param resume the cursor at which delivery continues
        record Missed(String after, Cursor resume) implements Kind {}

        /// The stream ended.
        record Closed(EndCode reason) implements Kind {}
    }
}
