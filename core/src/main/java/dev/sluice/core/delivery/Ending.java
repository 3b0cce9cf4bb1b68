package dev.sluice.core.delivery;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.log.Gap;

/// Why a stream ends, as far as this side decides it and there may be words for it. Who stands in the middle
/// of an event that is gone, or takes nothing for too long, is cut without a word.
public sealed interface Ending {
    /// All its channels have ended, and the reader has everything.
    record Complete() implements Ending {}

    /// Events are missing, and the reader asked to fail then, or its wire has no words for a gap.
    record Missing(Gap gap) implements Ending {}

    /// The reader was further behind than its channel's rule allows. It may come back and go on from its cursor.
    record TooFarBehind(Cursor at) implements Ending {}

    /// The log could not give what comes next. The reader may come back.
    record Unavailable(String why) implements Ending {}

    /// What the client sent ends the stream: its own goodbye, or something that can't be taken.
    ///
    /// @param code in the transport's own numbers
    record ByClient(int code, String why) implements Ending {}

    /// This server stops.
    record Stopping() implements Ending {}
}
