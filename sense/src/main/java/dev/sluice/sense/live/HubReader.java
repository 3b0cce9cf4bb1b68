package dev.sluice.sense.live;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/// Follows channels of the hub, in this process or elsewhere.
public interface HubReader extends AutoCloseable {
    /// An event.
    ///
    /// @param publisher the identity of its publisher; empty: the hub does not know it
    /// @param time      by the hub's clock
    /// @param text      the data, as text
    record HubEvent(String channel, Optional<String> publisher, Instant time, String text) {}

    /// Begins to read, events of this age first. Returns at once; call it once.
    ///
    /// @param type      of the events
    /// @param events    receives them, one at a time; an exception is reported, and the next event follows
    /// @param connected receives whether events arrive, when that changes
    void follow(String pattern, String type, Duration age, Consumer<HubEvent> events, Consumer<Boolean> connected);

    @Override
    void close();
}
