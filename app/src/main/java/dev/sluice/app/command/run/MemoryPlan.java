package dev.sluice.app.command.run;

import com.sun.management.OperatingSystemMXBean;
import dev.sluice.config.Configuration;
import dev.sluice.config.StorageTable;
import dev.sluice.core.budget.Budget;
import dev.sluice.server.net.DirectMemory;
import dev.sluice.storage.RocksLog;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.OptionalLong;

/// The limits that must fit together into the memory of the machine or container: beyond it, the kernel kills
/// the hub.
///
/// @param heap      bytes
/// @param direct    bytes of what sockets read and write
/// @param engine    bytes of RocksDB's caches and buffers
/// @param container the bytes that control groups allow; empty without a limit
/// @param machine   the bytes of the machine's memory
record MemoryPlan(long heap, long direct, long engine, OptionalLong container, long machine) {
    private static final System.Logger LOG = System.getLogger(MemoryPlan.class.getName());
    private static final long MIB = 1 << 20;

    /// What the JVM takes besides: code, classes, threads, the collector.
    private static final long JVM = 80 * MIB;

    static MemoryPlan ofProcess(Configuration configuration) {
        return new MemoryPlan(
                Budget.heapBytes(),
                DirectMemory.bytesMax(),
                configuration.get(StorageTable.MEMORY) ? 0 : RocksLog.nativeBytesMax(),
                MemoryLimit.ofProcess().bytes(),
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize());
    }

    private long limit() {
        return Math.min(container.orElse(machine), machine);
    }

    boolean fits() {
        return heap + direct + engine + JVM <= limit();
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "heap_max_mib=%d direct_max_mib=%d rocksdb_max_mib=%d jvm_mib=%d %s_mib=%d",
                heap / MIB,
                direct / MIB,
                engine / MIB,
                JVM / MIB,
                container.isPresent() ? "container" : "machine",
                limit() / MIB);
    }

    /// Logs the limits in one line if there is a container, and a warning if they do not fit.
    void log() {
        if (!fits()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "memory may not suffice, lower -Xmx or -XX:MaxDirectMemorySize (SLUICE_JAVA_OPTS) " + this);
        } else {
            LOG.log(container.isPresent() ? System.Logger.Level.INFO : System.Logger.Level.DEBUG, "memory " + this);
        }
    }
}
