package dev.sluice.server.net.outlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class ReadWatermarksTest {
    private final ReadWatermarks gate = new ReadWatermarks(64, 1_000);

    @Test
    void stopsAtEitherLimit() {
        assertThat(gate.isOpen(true, 63, 999)).isTrue();
        assertThat(gate.isOpen(true, 64, 0)).isFalse();
        assertThat(gate.isOpen(true, 1, 1_000)).isFalse();
    }

    @Test
    void resumesOnceHalfOfBothLimitsIsFree() {
        assertThat(gate.isOpen(false, 33, 500)).isFalse();
        assertThat(gate.isOpen(false, 32, 501)).isFalse();
        assertThat(gate.isOpen(false, 32, 500)).isTrue();
    }

    @Test
    void resumesWithALimitOfOneWhenNothingIsPending() {
        ReadWatermarks one = new ReadWatermarks(1, 1);
        assertThat(one.isOpen(true, 0, 0)).isTrue();
        assertThat(one.isOpen(true, 1, 0)).isFalse();
        assertThat(one.isOpen(false, 1, 0)).isFalse();
        assertThat(one.isOpen(false, 0, 0)).isTrue();
    }

    @Test
    void neverStopsForGood() {
        assertThatThrownBy(() -> new ReadWatermarks(0, 1)).hasMessageContaining("inFlightMax");
        assertThatThrownBy(() -> new ReadWatermarks(1, 0)).hasMessageContaining("bytesMax");
    }
}
