package dev.sluice.sense.live;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Publishes to a hub, in this process or elsewhere. Blocks; called by one thread.
@FunctionalInterface
public interface HubWriter {
    /// @param key  null for an event without a key
    /// @param data null to remove the key
    /// @throws IllegalArgumentException if the hub will never accept the event
    /// @throws RuntimeException if the hub has not stored the event
    void publish(String channel, String type, @Nullable String key, @Nullable Map<String, Object> data)
            throws InterruptedException;
}
