package dev.sluice.core.delivery;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.log.Gap;
import org.jspecify.annotations.Nullable;

/// What becomes of a wish to subscribe, told once, on the connection's event loop.
public interface Opened {
    /// Send the head, then call [Subscriber#start].
    ///
    /// @param at  the cursor that the reading begins at
    /// @param gap what is missing in front of it, to be told first; null: nothing
    void begins(Subscriber subscriber, Cursor at, @Nullable Gap gap);

    /// All channels have ended and the reader has had their ends.
    void ended(Cursor at);

    /// Something is missing, and the reader or its wire wants to be refused then.
    void missing(Gap gap);

    /// The log can't say now.
    void unavailable(String why);

    /// The log would have to look for the beginning for too long, whenever it is asked.
    void tooFar(String why);
}
