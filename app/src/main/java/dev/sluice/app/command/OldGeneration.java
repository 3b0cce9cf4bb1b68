package dev.sluice.app.command;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryNotificationInfo;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.management.NotificationEmitter;

/// Keeps the heap close to the size of the live data. By default the serial collector enlarges the old
/// generation, up to a quarter of the machine's memory, before it collects it: dropped events would stay
/// in memory, gigabytes of them.
///
/// A collection of the old generation stops everything for about a millisecond per live megabyte. It runs when there
/// is twice as much garbage as live data, so its cost stays proportional to the data published.
public final class OldGeneration {
    /// The old generation of the serial collector, whose pauses are short because there is little live data. Other
    /// collectors limit the heap themselves.
    private static final String SERIAL = "Tenured Gen";

    private static final int GROWTH = 3;
    private static final long USED_MIN = 64L << 20;

    private static final AtomicBoolean KEPT = new AtomicBoolean();

    private final MemoryPoolMXBean pool;

    private OldGeneration(MemoryPoolMXBean pool) {
        this.pool = pool;
    }

    /// Takes effect for the rest of the process. Only the first call does anything: with a listener for each of several
    /// hubs, each would collect when one threshold is exceeded.
    public static void keepSmall() {
        if (KEPT.getAndSet(true)) return;
        for (var pool : ManagementFactory.getMemoryPoolMXBeans()) {
            if (pool.getType() == MemoryType.HEAP && pool.getName().equals(SERIAL)) new OldGeneration(pool).watch();
        }
    }

    private void watch() {
        var memory = (NotificationEmitter) ManagementFactory.getMemoryMXBean();
        memory.addNotificationListener(
                (notification, _) -> {
                    if (notification.getType().equals(MemoryNotificationInfo.MEMORY_THRESHOLD_EXCEEDED)) collect();
                },
                null,
                null);
        setThreshold();
    }

    private void collect() {
        System.gc();
        setThreshold();
    }

    private void setThreshold() {
        var usage = pool.getUsage();
        long threshold = Math.max(USED_MIN, GROWTH * usage.getUsed());
        pool.setUsageThreshold(usage.getMax() < 0 ? threshold : Math.min(threshold, usage.getMax()));
    }
}
