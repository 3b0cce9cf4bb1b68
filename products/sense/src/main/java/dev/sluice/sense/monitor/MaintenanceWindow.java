package dev.sluice.sense.monitor;

import java.time.Instant;
import java.util.Set;

/// A planned period during which outcomes of checks do not count.
///
/// @param checks the names of the checks; empty for all
/// @param ends   exclusive
public record MaintenanceWindow(long id, Set<String> checks, Instant begins, Instant ends, String reason) {
    public MaintenanceWindow {
        checks = Set.copyOf(checks);
        if (!begins.isBefore(ends)) throw new IllegalArgumentException("a window must end after it begins");
    }

    boolean covers(String check, Instant now) {
        return (checks.isEmpty() || checks.contains(check)) && !now.isBefore(begins) && now.isBefore(ends);
    }
}
