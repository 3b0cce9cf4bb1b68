package dev.sluice.sense.agent;

import java.util.Map;

/// Measures this machine.
@FunctionalInterface
public interface Probe {
    /// Returns the current figures; rates cover the time since the previous call. Called by one thread.
    Map<String, Object> measure();
}
