package dev.sluice.core.delivery;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.log.Gap;

/// Why a stream ends, as far as this side decides it.
public sealed interface Ending {
    /// All its channels have ended, and the reader has everything.
    record Complete() implements Ending {}

    /// Events are missing, and the reader asked to fail then, or its wire has no words for a gap.
    record Missing(Gap gap) implements Ending {}

    /// The reader was further behind than its channel's rule allows. It may come back and go on from its cursor.
    record TooFarBehind(Cursor at) implements Ending {}

    /// The log could not give what comes next. The reader may come back.
    record Unavailable(String why) implements Ending {}

    /// An event in the middle of which the reader stood is gone: what it has is not whole and can't be made whole.
    record Torn() implements Ending {}

    /// The reader took nothing for too long, or is no longer there.
    record Stalled() implements Ending {}

    /// What the client sent ends the stream: its own goodbye, or something that can't be taken.
    ///
    /// @param code in the transport's own numbers
    record ByClient(int code, String why) implements Ending {}

    /// This server stops.
    record Stopping() implements Ending {}
}
