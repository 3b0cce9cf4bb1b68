package dev.sluice.sense.live;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Publishes to the hub, in this process or elsewhere. Blocks; called by one thread.
@FunctionalInterface
public interface HubWriter {
    /// @param key  null: none
    /// @param data null: the key is removed
    /// @throws IllegalArgumentException if the hub will never take the event
    /// @throws RuntimeException if the hub does not have the event
    void publish(String channel, String type, @Nullable String key, @Nullable Map<String, Object> data)
            throws InterruptedException;
}
