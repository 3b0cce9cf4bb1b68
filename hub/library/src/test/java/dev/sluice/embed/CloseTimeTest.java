package dev.sluice.embed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.ServerSettings;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class CloseTimeTest {
    /// The process test of this in LifecycleTest would take longer than the margin of a minute.
    @Test
    void theJvmWaitsLongerThanAllThatACloseMayWaitFor() {
        var settings = ServerSettings.DEFAULTS.toBuilder()
                .drainTime(Duration.ofSeconds(30))
                .stopTime(Duration.ofMinutes(2))
                .build();
        assertThat(Lifecycle.closeMax(settings)).isGreaterThan(Duration.ofSeconds(30 + 2 * 120));
    }
}
