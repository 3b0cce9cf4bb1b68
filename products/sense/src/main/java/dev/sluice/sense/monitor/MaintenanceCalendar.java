package dev.sluice.sense.monitor;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// The planned windows, and when the next of them begins or ends. Called by one thread at a time.
final class MaintenanceCalendar {
    private List<MaintenanceWindow> windows = List.of();
    private Instant nextChange = Instant.MAX;
    private Instant appliedAt = Instant.MIN;

    void set(List<MaintenanceWindow> all) {
        windows = List.copyOf(all);
        nextChange = Instant.MIN;
    }

    /// Returns true if a window has begun or ended since the last [#applied], or if the windows or the clock
    /// were changed.
    boolean hasChanged(Instant now) {
        return !now.isBefore(nextChange) || now.isBefore(appliedAt);
    }

    void applied(Instant now) {
        appliedAt = now;
        nextChange = windows.stream()
                .flatMap(window -> Stream.of(window.begins(), window.ends()))
                .filter(now::isBefore)
                .min(Comparator.naturalOrder())
                .orElse(Instant.MAX);
    }

    boolean covers(String check, Instant now) {
        return windows.stream().anyMatch(window -> window.covers(check, now));
    }
}
