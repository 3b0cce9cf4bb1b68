package dev.sluice.sense.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MaintenanceCalendarTest {
    @Test
    void isLookedAtAgainWhenTheClockWasSetBack() {
        Instant begins = Instant.parse("2026-01-01T10:00:00Z");
        var calendar = new MaintenanceCalendar();
        calendar.set(List.of(new MaintenanceWindow(1, Set.of(), begins, begins.plusSeconds(86_400), "")));
        Instant ahead = begins.plusSeconds(60);
        assertThat(calendar.hasChanged(ahead)).isTrue();
        calendar.applied(ahead);
        assertThat(calendar.hasChanged(ahead.plusSeconds(1))).isFalse();
        assertThat(calendar.hasChanged(begins.minusSeconds(60)))
                .as("before it begins")
                .isTrue();
    }
}
