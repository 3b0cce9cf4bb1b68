package dev.sluice.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class OldGenerationTest {
    private static final int KEPT_MB = 20;

    /// More than the heap may ever be, and far less than is allocated in total.
    private static final long MB_MAX = 250;

    /// Keeps a sliding window of data, like a hub its events, and exits with 3 as soon as the heap is too large.
    static final class Keeper {
        private Keeper() {}

        static void main() {
            OldGeneration.keepSmall();
            var kept = new byte[KEPT_MB * 1024][];
            for (int i = 0; i < 2_000 * 1024; i++) {
                kept[i % kept.length] = new byte[1000];
                var heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
                if (heap.getCommitted() > MB_MAX << 20) System.exit(3);
            }
        }
    }

    @Test
    void keepsTheHeapNearTheSizeOfLiveData() throws Exception {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var keeper = new ProcessBuilder(
                        java,
                        "-XX:+UseSerialGC",
                        "-Xms16m",
                        "-Xmn8m",
                        "-Xmx2g",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Keeper.class.getName())
                .inheritIO()
                .start();
        assertThat(keeper.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(keeper.exitValue()).isZero();
    }
}
