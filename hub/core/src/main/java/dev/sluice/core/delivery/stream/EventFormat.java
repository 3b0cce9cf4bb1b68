package dev.sluice.core.delivery.stream;

import dev.sluice.core.encoding.ByteBuilder;
import dev.sluice.core.event.Event;

/// Encodes events. Deterministic: the same event always gives the same bytes.
public interface EventFormat {
    /// Identifies the bytes written by [#event]: formats with the same id write the same bytes for every event.
    int formatId();

    /// Writes an event, framing included. Writes nothing if the format cannot represent the event.
    void event(Event event, ByteBuilder out);
}
