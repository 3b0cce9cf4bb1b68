package dev.sluice.app.command;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryNotificationInfo;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import javax.management.NotificationEmitter;

/// Keeps the heap close to the size of the live data. By default the serial collector enlarges the old
/// generation, up to a quarter of the machine's memory, before it collects it: dropped events would stay
/// in memory, gigabytes of them.
///
/// A collection of the old generation stops everything for about a millisecond per live megabyte. It runs when there
/// is twice as much garbage as live data, so its cost stays proportional to the data published. While the log still
/// grows, nearly all of the old generation is live, and a collection would find nothing.
public final class OldGeneration {
    /// The old generation of the serial collector, whose pauses are short because there is little live data. Other
    /// collectors limit the heap themselves.
    private static final String SERIAL = "Tenured Gen";

    private static final int GROWTH = 3;
    private static final long USED_MIN = 64L << 20;

    private static final AtomicBoolean KEPT = new AtomicBoolean();

    private final MemoryPoolMXBean pool;
    private final LongSupplier keptBytes;

    /// After the last collection. Used by the JVM's thread for notifications, once there are any.
    private long usedThen;

    private long keptThen;

    private OldGeneration(MemoryPoolMXBean pool, LongSupplier keptBytes) {
        this.pool = pool;
        this.keptBytes = keptBytes;
    }

    /// Takes effect for the rest of the process. Only the first call does anything: with a listener for each of several
    /// hubs, each would collect when one threshold is exceeded.
    ///
    /// @param keptBytes about how much the hub keeps of what it publishes, called by any thread
    public static void keepSmall(LongSupplier keptBytes) {
        if (KEPT.getAndSet(true)) return;
        for (var pool : ManagementFactory.getMemoryPoolMXBeans()) {
            if (pool.getType() == MemoryType.HEAP && pool.getName().equals(SERIAL))
                new OldGeneration(pool, keptBytes).watch();
        }
    }

    private void watch() {
        var memory = (NotificationEmitter) ManagementFactory.getMemoryMXBean();
        memory.addNotificationListener(
                (notification, _) -> {
                    if (notification.getType().equals(MemoryNotificationInfo.MEMORY_THRESHOLD_EXCEEDED)) exceeded();
                },
                null,
                null);
        begin(); // Behind the listener, which must not miss the first time.
    }

    private void exceeded() {
        long live = usedThen + Math.max(0, keptBytes.getAsLong() - keptThen);
        if (pool.getUsage().getUsed() < threshold(live)) {
            setThreshold(live);
            return;
        }
        System.gc();
        begin();
    }

    private void begin() {
        usedThen = pool.getUsage().getUsed();
        keptThen = keptBytes.getAsLong();
        setThreshold(usedThen);
    }

    private static long threshold(long live) {
        return Math.max(USED_MIN, GROWTH * live);
    }

    private void setThreshold(long live) {
        long max = pool.getUsage().getMax();
        pool.setUsageThreshold(max < 0 ? threshold(live) : Math.min(threshold(live), max));
    }
}
