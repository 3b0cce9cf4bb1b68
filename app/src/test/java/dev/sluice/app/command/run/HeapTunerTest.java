package dev.sluice.app.command.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Programs that exit with 3 if the old generation is collected too seldom or too often.
final class HeapTunerTest {
    private static final int KEPT_MB = 20;

    /// More than the heap may ever be, and far less than is allocated in total.
    private static final long MB_MAX = 250;

    private static long collections() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .filter(collector -> collector.getName().equals("MarkSweepCompact"))
                .findFirst()
                .orElseThrow()
                .getCollectionCount();
    }

    /// Keeps a sliding window of data, like a hub its events.
    static final class Keeper {
        private Keeper() {}

        static void main() {
            var kept = new byte[KEPT_MB * 1024][];
            for (int i = 0; i < 2_000 * 1024; i++) {
                kept[i % kept.length] = new byte[1000];
                if (i % 4096 == 0) HeapTuner.limit();
                var heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
                if (heap.getCommitted() > MB_MAX << 20) System.exit(3);
            }
        }
    }

    /// Keeps more and more, like a hub whose log is not full yet.
    static final class Grower {
        private Grower() {}

        static void main() {
            var kept = new ArrayList<byte[]>();
            for (int i = 0; i < 150 * 1024; i++) {
                kept.add(new byte[1000]);
                if (i % 1024 == 0) HeapTuner.limit();
            }
            if (collections() > 1) System.exit(3);
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {Keeper.class, Grower.class})
    void collectsTheHeapAtThreeTimesItsLiveSize(Class<?> program) throws Exception {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var running = new ProcessBuilder(
                        java,
                        "-XX:+UseSerialGC",
                        "-Xms16m",
                        "-Xmn8m",
                        "-Xmx2g",
                        "-XX:MinHeapFreeRatio=5",
                        "-XX:MaxHeapFreeRatio=70",
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
