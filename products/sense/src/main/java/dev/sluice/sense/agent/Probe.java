package dev.sluice.sense.agent;

import java.util.Map;

/// Measures this machine.
@FunctionalInterface
public interface Probe {
    /// Returns the figures of now; rates are of the time since the call before. For one thread.
    Map<String, Object> measure();
}
