package dev.sluice.app.command;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryNotificationInfo;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import javax.management.NotificationEmitter;

/// Keeps the heap near what is alive. Left alone, the serial collector enlarges the old generation, up to a quarter of
/// the machine's memory, before it collects it: events that were in memory for a while and have gone would stay there,
/// gigabytes of them.
///
/// A collection of the old generation stops everything for about a millisecond per megabyte alive, so it comes when
/// there is twice as much that is dead, and the time it takes stays in proportion to what is published.
public final class OldGeneration {
    /// Of the serial collector, whose pauses are short because so little is alive. Others see to it themselves.
    private static final String SERIAL = "Tenured Gen";

    private static final int GROWTH = 3;
    private static final long USED_MIN = 64L << 20;

    private final MemoryPoolMXBean pool;

    private OldGeneration(MemoryPoolMXBean pool) {
        this.pool = pool;
    }

    /// From now on, as long as the process lives.
    public static void keepSmall() {
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
        aim();
    }

    private void collect() {
        System.gc();
        aim();
    }

    private void aim() {
        var now = pool.getUsage();
        long threshold = Math.max(USED_MIN, GROWTH * now.getUsed());
        pool.setUsageThreshold(now.getMax() < 0 ? threshold : Math.min(threshold, now.getMax()));
    }
}
