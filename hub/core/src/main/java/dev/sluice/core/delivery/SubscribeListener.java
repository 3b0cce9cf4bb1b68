package dev.sluice.core.delivery;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.stream.Rejection;
import dev.sluice.core.log.Gap;
import org.jspecify.annotations.Nullable;

/// Receives the outcome of a subscribe request: exactly one call, on the connection's event loop.
public interface SubscribeListener {
    /// The subscription starts: send the response head, then call [Subscriber#start].
    ///
    /// @param at  the cursor that the subscription starts at
    /// @param gap the gap before it, which must be sent first; null if there is none
    void begins(Subscriber subscriber, Cursor at, @Nullable Gap gap);

    /// All channels have ended, and the reader has received their ends.
    void ended(Cursor at);

    /// The subscription does not start.
    void refused(Rejection refusal);
}
