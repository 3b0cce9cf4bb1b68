package dev.sluice.app.command.run;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.util.List;

/// The old generation of the serial collector, which enlarges it before it collects it, up to a quarter of the
/// machine's memory: dropped events would stay there, gigabytes of them. Other collectors limit the heap themselves.
public final class HeapTuner {
    /// A collection stops everything for about a millisecond per live megabyte: with this, its cost stays proportional
    /// to the data that is published.
    private static final int GROWTH = 3;

    private static final long USED_MIN = 64L << 20;

    /// Empty with another collector.
    private static final List<MemoryPoolMXBean> POOLS = ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getName().equals("Tenured Gen"))
            .toList();

    private HeapTuner() {}

    /// Collects it if it has three times what its last collection left. To be called about once a second.
    public static void limit() {
        for (var pool : POOLS) {
            long live = pool.getCollectionUsage().getUsed();
            if (pool.getUsage().getUsed() > Math.max(USED_MIN, GROWTH * live)) System.gc();
        }
    }
}
