package dev.sluice.app.command;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryNotificationInfo;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import javax.management.NotificationEmitter;
import org.jspecify.annotations.Nullable;

/// Keeps the heap close to the size of the live data. By default the serial collector enlarges the old
/// generation, up to a quarter of the machine's memory, before it collects it: dropped events would stay
/// in memory, gigabytes of them.
///
/// A collection of the old generation stops everything for about a millisecond per live megabyte. It runs when there
/// is twice as much garbage as live data, so its cost stays proportional to the data published. While the log still
/// grows, nearly all of the old generation is live, and a collection would find nothing.
///
/// By its settings the heap gives memory back after each collection. While one collection follows the other it does
/// not: it would take the same memory again at once, page by page, which took a quarter of the time of all young
/// collections. Nor does it collect before there is some garbage ([#GARBAGE_MIN]). Once it is quiet, another collection
/// gives the memory back.
public final class OldGeneration {
    /// The old generation of the serial collector, whose pauses are short because there is little live data. Other
    /// collectors limit the heap themselves.
    private static final String SERIAL = "Tenured Gen";

    private static final int GROWTH = 3;
    private static final long USED_MIN = 64L << 20;

    /// Between two collections that follow one another: each takes some 20 milliseconds for what the JVM itself keeps,
    /// however little else is live.
    private static final long GARBAGE_MIN = 96L << 20;

    /// A collection follows another if no more time than this is between them.
    private static final Duration QUIET = Duration.ofSeconds(10);

    /// How much of the heap may be free after a collection, in percent. It may be changed while the JVM runs.
    private static final String FREE_MAX = "MaxHeapFreeRatio";

    private static final AtomicBoolean KEPT = new AtomicBoolean();

    private final MemoryPoolMXBean pool;
    private final LongSupplier keptBytes;
    private final Duration quiet;

    /// After the last collection. Guarded by this, as what follows: the JVM's thread for notifications collects, and
    /// another one once it is quiet.
    private long usedThen;

    private long keptThen;

    /// When the last collection ended, by [System#nanoTime].
    private long endedNs;

    /// The option as it is set, while the heap does not give memory back; null: it does.
    private @Nullable String freeMax;

    private OldGeneration(MemoryPoolMXBean pool, LongSupplier keptBytes, Duration quiet) {
        this.pool = pool;
        this.keptBytes = keptBytes;
        this.quiet = quiet;
        endedNs = System.nanoTime() - quiet.toNanos();
    }

    /// Takes effect for the rest of the process. Only the first call does anything: with a listener for each of several
    /// hubs, each would collect when one threshold is exceeded.
    ///
    /// @param keptBytes about how much the hub keeps of what it publishes, called by any thread
    public static void keepSmall(LongSupplier keptBytes) {
        keepSmall(keptBytes, QUIET);
    }

    static void keepSmall(LongSupplier keptBytes, Duration quiet) {
        if (KEPT.getAndSet(true)) return;
        for (var pool : ManagementFactory.getMemoryPoolMXBeans()) {
            if (pool.getType() == MemoryType.HEAP && pool.getName().equals(SERIAL))
                new OldGeneration(pool, keptBytes, quiet).watch();
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

    private synchronized void exceeded() {
        long live = usedThen + Math.max(0, keptBytes.getAsLong() - keptThen);
        if (pool.getUsage().getUsed() < threshold(live)) {
            setThreshold(live);
            return;
        }
        if (freeMax == null && !isQuiet()) keepMemory();
        collect();
    }

    private boolean isQuiet() {
        return System.nanoTime() - endedNs >= quiet.toNanos();
    }

    private void keepMemory() {
        freeMax = options().getVMOption(FREE_MAX).getValue();
        options().setVMOption(FREE_MAX, "100");
        later();
    }

    private void later() {
        CompletableFuture.delayedExecutor(quiet.toMillis(), TimeUnit.MILLISECONDS)
                .execute(this::giveBack);
    }

    private synchronized void giveBack() {
        if (!isQuiet()) {
            later();
            return;
        }
        options().setVMOption(FREE_MAX, Objects.requireNonNull(freeMax));
        freeMax = null;
        collect();
    }

    private static HotSpotDiagnosticMXBean options() {
        return ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    }

    private void collect() {
        System.gc();
        endedNs = System.nanoTime();
        begin();
    }

    private synchronized void begin() {
        usedThen = pool.getUsage().getUsed();
        keptThen = keptBytes.getAsLong();
        setThreshold(usedThen);
    }

    private long threshold(long live) {
        long used = Math.max(USED_MIN, GROWTH * live);
        return freeMax == null ? used : Math.max(used, live + GARBAGE_MIN);
    }

    private void setThreshold(long live) {
        long max = pool.getUsage().getMax();
        pool.setUsageThreshold(max < 0 ? threshold(live) : Math.min(threshold(live), max));
    }
}
