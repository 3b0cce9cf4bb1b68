package dev.sluice.sense.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DiskRatesTest {
    private static final long SECOND_NS = 1_000_000_000;

    private final List<String> lines = new ArrayList<>();
    private final DiskRates rates = new DiskRates(() -> DiskRates.linux(lines));

    /// A line as the kernel writes it: reads and writes in units of 512 bytes, busy time in milliseconds.
    private void disk(String name, long reads, long writes, long busyMs) {
        lines.add("   8       0 " + name + " 9 0 " + reads + " 7 9 0 " + writes + " 7 0 " + busyMs + " 14 0 0 0 0");
    }

    @Test
    void reportsReadsWritesAndBusyTimeOfEachDiskPerSecond() {
        disk("sda", 100, 200, 1_000);
        disk("nvme0n1", 1, 1, 0);
        assertThat(rates.measure(SECOND_NS))
                .extracting(disk -> disk.get("read"))
                .containsExactly(0L, 0L);

        lines.clear();
        disk("sda", 100 + 4_000, 200 + 2_000, 2_500);
        disk("nvme0n1", 1, 1, 0);
        assertThat(rates.measure(3 * SECOND_NS))
                .containsExactly(
                        Map.of("name", "sda", "read", 1_024_000L, "write", 512_000L, "busy", 75.0),
                        Map.of("name", "nvme0n1", "read", 0L, "write", 0L, "busy", 0.0));

        lines.clear();
        disk("sda", 0, 10, 0); // Its counters were reset.
        assertThat(rates.measure(4 * SECOND_NS))
                .containsExactly(Map.of("name", "sda", "read", 0L, "write", 0L, "busy", 0.0));
    }

    @Test
    void countsNoPartitionsNoDisksOfDisksAndNoneThatWereNeverUsed() {
        for (String name : List.of("sda1", "nvme0n1p2", "mmcblk0p1", "loop0", "dm-0", "md127", "zram0", "sr0"))
            disk(name, 5, 5, 5);
        disk("sdb", 0, 0, 0);
        for (String name : List.of("vdc", "nvme1n1", "mmcblk1")) disk(name, 5, 5, 5);
        assertThat(rates.measure(SECOND_NS))
                .extracting(disk -> disk.get("name"))
                .containsExactly("vdc", "nvme1n1", "mmcblk1");
    }
}
