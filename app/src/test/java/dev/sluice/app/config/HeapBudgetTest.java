package dev.sluice.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.Flags;
import dev.sluice.config.HeapBudget;
import dev.sluice.config.setting.InvalidConfigurationException;
import dev.sluice.config.setting.Values;
import dev.sluice.core.budget.Budget;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HeapBudgetTest {
    private static final long HEAP_BYTES = 256 << 20;

    private static Values values(String text) throws InvalidConfigurationException {
        return ConfigurationFile.parse("sluice.toml", text).values();
    }

    @Test
    void refusesLimitsThatDoNotFitIntoTheHeapByNameAndLine() throws Exception {
        var fault = HeapBudget.check(
                values("[subscribe]\npresence_members_max = 1000\n[storage]\nchannels_max = 50000000\n"), HEAP_BYTES);

        assertThat(fault)
                .hasValueSatisfying(found -> assertThat(found)
                        .hasToString(found.toString())
                        .asString()
                        .startsWith(
                                "sluice.toml:4:1: 'storage.channels_max' (50000000) may take 48,829 MiB of the heap,")
                        .contains("the heap has 232 MiB for them")
                        .contains("-Xmx"));
    }

    @Test
    void namesAFlagAsTyped() throws Exception {
        var flags = Flags.NONE.with("--set", "publish.in_flight_max=900GiB");

        assertThat(HeapBudget.check(flags.values(), HEAP_BYTES))
                .hasValueSatisfying(fault -> assertThat(fault.toString())
                        .startsWith("--set publish.in_flight_max: 'publish.in_flight_max' (\"900GiB\") may take"));
    }

    @Test
    void countsOnlyTheLogInUse() throws Exception {
        var large = "memory.size_max = \"1TiB\"\n";

        assertThat(HeapBudget.check(values(large), Long.MAX_VALUE / 2)).isEmpty();
        assertThat(HeapBudget.check(values(large + "[storage]\nmemory = true\n"), HEAP_BYTES))
                .isPresent();
    }

    @Test
    void countsWhatProtocolsMayTakeOnlyIfOneIsServed() throws Exception {
        long heapBytes = Budget.heapBytes(); // From which the defaults follow.
        long protocols = Budget.PROTOCOLS.limit(heapBytes);
        long free = Budget.availableBytes(heapBytes) - takenBesideEvents();
        // All that is left, but for a part of what protocols may take.
        var filled = "memory.size_max = \"%dKiB\"\nstorage.memory = true\n".formatted((free - protocols / 2) >> 10);

        assertThat(HeapBudget.check(values(filled), heapBytes)).isEmpty();
        assertThat(HeapBudget.check(values(filled), heapBytes, true)).isPresent();
        for (var each : List.of(
                "pusher.apps_file = \"apps\"",
                "mercure.path = \"/m\"",
                "durable_streams.path = \"/s\"",
                "relay.path = \"/r\"")) {
            assertThat(HeapBudget.check(values(filled + each + "\n"), heapBytes))
                    .as(each)
                    .isPresent();
        }
    }

    private static long takenBesideEvents() throws Exception {
        return HeapBudget.report(values("storage.memory = true\nmemory.size_max = \"1MiB\"\n")).stream()
                        .mapToLong(row -> (long) row.get("bytes"))
                        .sum()
                - (1 << 20);
    }

    @Test
    void neverRefusesDefaults() throws Exception {
        assertThat(HeapBudget.check(values(""), 1 << 20)).isEmpty();
    }

    @Test
    void printsTheTableAsComments() throws Exception {
        var printed = HeapBudget.table(values("storage.channels_max = 1000\n"), HEAP_BYTES);

        assertThat(printed.lines().filter(line -> !line.isEmpty())).allMatch(line -> line.startsWith("# "));
        assertThat(printed)
                .containsPattern("# storage.channels_max +1,000 of 1,024 B +1 MiB\n")
                .contains("# publish.in_flight_max", "# request heads", "232 MiB")
                .doesNotContain("memory.channels_max");
    }
}
