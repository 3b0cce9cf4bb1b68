package dev.sluice.core.delivery;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.log.Gap;
import dev.sluice.core.log.Lag;
import org.jspecify.annotations.Nullable;

/// How a transport spells what it has to say. Shared by all connections that speak the same way: it has no state.
///
/// As a format is deterministic, a reader in the middle of an event whose bytes were given back encodes it anew and
/// goes
/// on at the same byte.
public interface Wire extends EventFormat {
    /// What most wires put in front of an event.
    byte[] NO_LEAD = new byte[0];

    /// Bytes of this reader's own that stand in front of each event's, which readers share.
    default byte[] lead() {
        return NO_LEAD;
    }

    /// Events are missing. Null: this wire has no words for it, so the stream must end rather than pass it over.
    byte @Nullable [] gap(Gap gap);

    /// A sign of life that carries the reader's place. Null: this wire has none.
    byte @Nullable [] heartbeat(Cursor at, Lag behind);

    /// A channel has ended, at `at`. Null: this wire does not say so.
    byte @Nullable [] closed(ChannelName channel, Cursor at);

    /// The last words of a stream, framing's end included; may be empty. Null: it has none for this, the line is cut.
    byte @Nullable [] end(Ending ending);
}
