package dev.sluice.core.budget;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BudgetTest {
    /// @param logs the budgets of logs that are not in use: a log is either on disk, with a tail, or in memory
    private static long bytes(long heapBytes, Budget... logs) {
        Set<Budget> budgets = EnumSet.allOf(Budget.class);
        List.of(logs).forEach(budgets::remove);
        return budgets.stream()
                .mapToLong(each -> each.limit(heapBytes) * each.itemBytes())
                .sum();
    }

    @ParameterizedTest
    @ValueSource(longs = {64, 128, 256, 512, 1_024, 6_144, 65_536})
    void allLimitsTogetherFitIntoAnyHeap(long mib) {
        long heapBytes = mib << 20;
        long available = Budget.availableBytes(heapBytes);
        assertThat(bytes(heapBytes, Budget.EVENTS, Budget.PROTOCOLS)).isLessThanOrEqualTo(available);
        assertThat(bytes(heapBytes, Budget.TAIL, Budget.PROTOCOLS)).isLessThanOrEqualTo(available);
        assertThat(available).isLessThan(heapBytes);
    }

    @ParameterizedTest
    @ValueSource(longs = {96, 128, 256, 512, 1_024, 6_144, 65_536})
    void allLimitsTogetherFitIntoTheHeapWithEveryProtocol(long mib) {
        long heapBytes = mib << 20;
        long available = Budget.availableBytes(heapBytes);
        assertThat(bytes(heapBytes, Budget.EVENTS)).isLessThanOrEqualTo(available);
        assertThat(bytes(heapBytes, Budget.TAIL)).isLessThanOrEqualTo(available);
    }

    @Test
    void leavesTheHubTwentyMibOfTheSmallestHeap() {
        long heapBytes = 64 << 20;
        assertThat(bytes(heapBytes, Budget.TAIL)).isLessThanOrEqualTo(heapBytes - (20 << 20));
    }

    @Test
    void limitsGrowWithTheHeapUpToTheirMaximum() {
        assertThat(Budget.CHANNELS.limit(256 << 20)).isBetween(30_000L, 40_000L);
        assertThat(Budget.CHANNELS.limit(6L << 30)).isGreaterThan(900_000);
        assertThat(Budget.KEYS.limit(64L << 30)).isEqualTo(1_000_000);
        assertThat(Budget.EVENTS.limit(64L << 30)).isEqualTo(512 << 20);
        assertThat(Budget.IN_FLIGHT.limit(16 << 20)).as("an atomic batch").isEqualTo(8 << 20);
    }
}
