package dev.sluice.core.delivery.stream;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.log.Gap;
import dev.sluice.core.log.Lag;
import org.jspecify.annotations.Nullable;

/// How a transport formats events and control frames. Stateless, and shared by all connections that use the
/// same format.
///
/// Formats are deterministic: a subscriber in the middle of an event whose bytes were released encodes it again
/// and continues at the same byte.
public interface Wire extends EventFormat {
    /// The prefix of most wires: none.
    byte[] NO_PREFIX = new byte[0];

    /// Bytes specific to this subscription, written before the shared bytes of each event.
    default byte[] prefix() {
        return NO_PREFIX;
    }

    /// Formats a gap; null if the wire cannot express gaps, so that the stream must end instead.
    byte @Nullable [] gap(Gap gap);

    /// Formats a heartbeat with the reader's cursor; null if the wire has no heartbeat.
    byte @Nullable [] heartbeat(Cursor at, Lag lag);

    /// Formats the end of a channel, at cursor `at`; null if the wire does not report it.
    byte @Nullable [] closed(ChannelName channel, Cursor at);

    /// Formats the end of the stream, framing included; may be empty. Null if the wire cannot express the
    /// reason, so that the connection is cut.
    byte @Nullable [] end(EndReason.Reported reason);

    /// The name of the transport, for the operator.
    String transport();
}
