package dev.sluice.server.stats;

import java.util.Map;

/// Figures of the server around a hub, as they are now. May be called from any thread; must not block.
public interface Gauges {
    /// What is used of a limit.
    ///
    /// @param max above 0
    record Use(long used, long max) {}

    /// Open connections.
    int connections();

    /// What can fill up, by name.
    Map<String, Use> capacity();
}
