package dev.sluice.app.command.run;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.util.List;

/// Limits the old generation of the serial collector. That collector enlarges the old generation before it
/// collects it, up to a quarter of the machine's memory, so that gigabytes of dropped events would stay
/// there. Other collectors limit the heap themselves.
public final class HeapTuner {
    /// The growth at which a collection starts. A collection stops all threads for about a millisecond per
    /// live megabyte; with this factor, its cost stays proportional to the published data.
    private static final int GROWTH = 3;

    private static final long USED_MIN = 64L << 20;

    /// The pool of the old generation; empty with another collector.
    private static final List<MemoryPoolMXBean> POOLS = ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getName().equals("Tenured Gen"))
            .toList();

    private HeapTuner() {}

    /// Starts a collection if the old generation has three times the bytes that its last collection left.
    /// Called about once a second.
    public static void limit() {
        for (var pool : POOLS) {
            long live = pool.getCollectionUsage().getUsed();
            if (pool.getUsage().getUsed() > Math.max(USED_MIN, GROWTH * live)) System.gc();
        }
    }
}
