package dev.sluice.sense.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ThresholdTest {
    @Test
    void readsWhatPeopleWrite() {
        assertThat(Threshold.parse("disk > 90 % for 5 min"))
                .isEqualTo(new Threshold.Limit(Metric.DISK, "", true, 90, Duration.ofMinutes(5)));
        assertThat(Threshold.parse("disk /var/lib >90%"))
                .isEqualTo(new Threshold.Limit(Metric.DISK, "/var/lib", true, 90, Duration.ZERO));
        assertThat(Threshold.parse(" load > 7.5 for 2m"))
                .isEqualTo(new Threshold.Limit(Metric.LOAD, "", true, 7.5, Duration.ofMinutes(2)));
        assertThat(Threshold.parse("temperature < 5 °C"))
                .isEqualTo(new Threshold.Limit(Metric.TEMPERATURE, "", false, 5, Duration.ZERO));
        assertThat(Threshold.parse("temperature nvme/Composite > 70 °C for 1m"))
                .isEqualTo(new Threshold.Limit(Metric.TEMPERATURE, "nvme/Composite", true, 70, Duration.ofMinutes(1)));
        assertThat(Threshold.parse("disk-write > 200 MB/s"))
                .isEqualTo(new Threshold.Limit(Metric.DISK_WRITE, "", true, 200, Duration.ZERO));
        assertThat(Threshold.parse("disk-busy sda > 90 % for 5m"))
                .isEqualTo(new Threshold.Limit(Metric.DISK_BUSY, "sda", true, 90, Duration.ofMinutes(5)));
        assertThat(Threshold.parse("full within 24 h")).isEqualTo(new Threshold.FullWithin("", Duration.ofHours(24)));
        assertThat(Threshold.parse("disk /home full within 7d"))
                .isEqualTo(new Threshold.FullWithin("/home", Duration.ofDays(7)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "disk",
                "cpu / > 9 %",
                "cpu > 9 °C",
                "load > 3 %",
                "disk-read > 3 %",
                "disk-sync > 3 %",
                "cpu > 9 % for 0s",
                "cpu > 9 % for 31d",
                "full within"
            })
    void refusesWhatItDoesNotUnderstand(String text) {
        assertThatThrownBy(() -> Threshold.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
