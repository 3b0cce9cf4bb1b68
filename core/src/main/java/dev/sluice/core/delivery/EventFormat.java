package dev.sluice.core.delivery;

import dev.sluice.core.encoded.Bytes;
import dev.sluice.core.event.Event;

/// How an event is written. Deterministic: the same event gives the same bytes whenever it is encoded.
public interface EventFormat {
    /// A number for the bytes of [#event]: formats of the same number write the same bytes for every event.
    int form();

    /// Writes an event, framing included. Nothing at all where this format has no way to say it.
    void event(Event event, Bytes out);
}
