package dev.sluice.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import javax.management.NotificationEmitter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OldGenerationTest {
    private static final int KEPT_MB = 20;

    /// More than the heap may ever be, and far less than is allocated in total.
    private static final long MB_MAX = 250;

    /// Keeps a sliding window of data, like a hub its events, and exits with 3 as soon as the heap is too large.
    static final class Keeper {
        private Keeper() {}

        static void main() {
            OldGeneration.keepSmall(() -> KEPT_MB << 20);
            var kept = new byte[KEPT_MB * 1024][];
            for (int i = 0; i < 2_000 * 1024; i++) {
                kept[i % kept.length] = new byte[1000];
                var heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
                if (heap.getCommitted() > MB_MAX << 20) System.exit(3);
            }
        }
    }

    /// Keeps more and more, like a hub whose log is not full yet, and exits with 3 if that is collected in vain.
    static final class Grower {
        private Grower() {}

        static void main() throws InterruptedException {
            var kept = new ArrayList<byte[]>();
            OldGeneration.keepSmall(() -> kept.size() * 1024L);
            var isFuller = new CountDownLatch(1); // Called behind the listener of OldGeneration.
            ((NotificationEmitter) ManagementFactory.getMemoryMXBean())
                    .addNotificationListener((_, _) -> isFuller.countDown(), null, null);
            for (int i = 0; i < 120 * 1024; i++) kept.add(new byte[1000]);
            if (!isFuller.await(60, TimeUnit.SECONDS)) System.exit(4);
            for (var collector : ManagementFactory.getGarbageCollectorMXBeans()) {
                if (collector.getName().equals("MarkSweepCompact") && collector.getCollectionCount() > 0)
                    System.exit(3);
            }
        }
    }

    /// Keeps little of much, and exits with 3 if it is stopped for it more often than must be.
    static final class Busy {
        private static final int ALLOCATED_MB = 3_000;
        private static final int GARBAGE_MB = 96;

        private Busy() {}

        static void main() {
            OldGeneration.keepSmall(() -> KEPT_MB << 20);
            var kept = new byte[KEPT_MB * 1024][];
            for (int i = 0; i < ALLOCATED_MB * 1024; i++) kept[i % kept.length] = new byte[1000];
            for (var collector : ManagementFactory.getGarbageCollectorMXBeans()) {
                if (collector.getName().equals("MarkSweepCompact")
                        && collector.getCollectionCount() > ALLOCATED_MB / GARBAGE_MB + 2) System.exit(3);
            }
        }
    }

    /// Is busy until the heap does not give memory back any more, then quiet until it has.
    static final class Burst {
        private Burst() {}

        static void main() {
            OldGeneration.keepSmall(() -> KEPT_MB << 20, Duration.ofSeconds(1));
            var kept = new byte[KEPT_MB * 1024][];
            for (int i = 0; !freeMax().equals("100"); i++) kept[i % kept.length] = new byte[1000];
            for (int i = 0; i < 500 * 1024; i++) kept[i % kept.length] = new byte[1000];
            awaitQuietly(() -> freeMax().equals("10"));
            awaitQuietly(() ->
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted() < 2 * KEPT_MB << 20);
        }

        private static String freeMax() {
            return ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                    .getVMOption("MaxHeapFreeRatio")
                    .getValue();
        }

        /// Whoever started this ends it if it takes too long.
        private static void awaitQuietly(BooleanSupplier condition) {
            while (!condition.getAsBoolean()) LockSupport.parkNanos(10_000_000);
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {Keeper.class, Grower.class, Busy.class, Burst.class})
    void collectsGarbageAndNotWhatTheHubKeeps(Class<?> program) throws Exception {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var running = new ProcessBuilder(
                        java,
                        "-XX:+UseSerialGC",
                        "-Xms16m",
                        "-Xmn8m",
                        "-Xmx2g",
                        "-XX:MinHeapFreeRatio=5",
                        "-XX:MaxHeapFreeRatio=10",
                        "-XX:-ShrinkHeapInSteps",
                        "-cp",
                        System.getProperty("java.class.path"),
                        program.getName())
                .inheritIO()
                .start();
        try {
            assertThat(running.waitFor(120, TimeUnit.SECONDS)).isTrue();
            assertThat(running.exitValue()).isZero();
        } finally {
            running.destroyForcibly();
        }
    }
}
