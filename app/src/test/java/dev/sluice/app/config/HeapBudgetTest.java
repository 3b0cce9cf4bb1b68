package dev.sluice.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class HeapBudgetTest {
    private static final long HEAP_BYTES = 256 << 20;

    private static Values values(String text) throws InvalidConfiguration {
        return ConfigurationFile.parse("sluice.toml", text).values();
    }

    @Test
    void limitsThatDoNotFitIntoTheHeapAreRefusedByNameAndLine() throws Exception {
        var fault = HeapBudget.check(
                values("[subscribe]\npresence_members_max = 1000\n[storage]\nchannels_max = 50000000\n"), HEAP_BYTES);

        assertThat(fault)
                .hasValueSatisfying(told -> assertThat(told)
                        .hasToString(told.toString())
                        .asString()
                        .startsWith(
                                "sluice.toml:4:1: 'storage.channels_max' (50000000) may take 48,829 MiB of the heap,")
                        .contains("the heap has 232 MiB for them")
                        .contains("-Xmx"));
    }

    @Test
    void aFlagIsNamedAsItWasTyped() throws Exception {
        var flags = Flags.NONE.with("--set", "publish.under_way_max=900GiB");

        assertThat(HeapBudget.check(flags.values(), HEAP_BYTES))
                .hasValueSatisfying(told -> assertThat(told.toString())
                        .startsWith("--set publish.under_way_max: 'publish.under_way_max' (\"900GiB\") may take"));
    }

    @Test
    void onlyTheLogThatIsInUseCounts() throws Exception {
        var large = "memory.size_max = \"1TiB\"\n";

        assertThat(HeapBudget.check(values(large), Long.MAX_VALUE / 2)).isEmpty();
        assertThat(HeapBudget.check(values(large + "[storage]\nin_memory = true\n"), HEAP_BYTES))
                .isPresent();
    }

    @Test
    void defaultsAreNeverRefused() throws Exception {
        assertThat(HeapBudget.check(values(""), 1 << 20)).isEmpty();
    }

    @Test
    void theTableIsPrintedAsComments() throws Exception {
        var printed = HeapBudget.printed(values("storage.channels_max = 1000\n"), HEAP_BYTES);

        assertThat(printed.lines().filter(line -> !line.isEmpty())).allMatch(line -> line.startsWith("# "));
        assertThat(printed)
                .containsPattern("# storage.channels_max +1,000 of 1,024 B +1 MiB\n")
                .contains("# publish.under_way_max", "232 MiB")
                .doesNotContain("memory.channels_max");
    }
}
