package dev.sluice.app.command.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import dev.sluice.app.SluiceCommand;
import dev.sluice.server.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The limits of memory that a hub logs when it starts.
final class MemoryPlanTest {
    private static final long MIB = 1 << 20;

    @TempDir
    private Path folder;

    @Test
    void fitsIntoAContainerOfAGigabyteWithTheDefaults() {
        var plan = new MemoryPlan(256 * MIB, 256 * MIB, 176 * MIB, OptionalLong.of(1_024 * MIB), 8_192 * MIB);
        assertThat(plan.fits()).isTrue();
        assertThat(plan)
                .hasToString("heap_max_mib=256 direct_max_mib=256 rocksdb_max_mib=176 jvm_mib=80 container_mib=1024");
    }

    @Test
    void doesNotFitIfTheHeapWasTakenFromTheMachine() {
        var plan = new MemoryPlan(2_048 * MIB, 2_048 * MIB, 176 * MIB, OptionalLong.of(1_024 * MIB), 8_192 * MIB);
        assertThat(plan.fits()).isFalse();
    }

    @Test
    void isComparedWithTheMachineOutsideContainers() {
        var plan = new MemoryPlan(512 * MIB, 512 * MIB, 0, OptionalLong.empty(), 1_024 * MIB);
        assertThat(plan.fits()).isFalse();
        assertThat(plan).asString().endsWith(" machine_mib=1024");
    }

    @Test
    void isLoggedByARealHub() throws Exception {
        var levels = Files.writeString(folder.resolve("logging.properties"), """
                handlers = java.util.logging.ConsoleHandler
                java.util.logging.ConsoleHandler.level = ALL
                dev.sluice.app.command.run.level = ALL
                """);
        assertLogged("memory heap_max_mib=6[0-4] ", "-Xmx64m", "-Djava.util.logging.config.file=" + levels);
    }

    @Test
    void isAWarningOfARealHubWhoseHeapIsLargerThanTheMachine() throws Exception {
        long machine =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
        assertLogged("memory may not suffice, lower -Xmx ", "-Xmx" + 2 * machine / MIB + "m");
    }

    /// @param text a regular expression for the beginning of the line
    private void assertLogged(String text, String... options) throws IOException, InterruptedException {
        var limits = Pattern.compile(text + ".*direct_max_mib=[0-9]+ rocksdb_max_mib=176 jvm_mib=80 ");
        Path errors = folder.resolve("errors");
        var hub = new ProcessBuilder(SluiceCommand.withOptions(
                        List.of(options), "serve", "--port=0", "--data=" + folder.resolve("data")))
                .redirectError(errors.toFile())
                .start();
        try {
            assertThat(hub.inputReader().readLine()).startsWith("sluice ");
            Await.that(() -> limits.matcher(read(errors)).find());
        } finally {
            hub.destroyForcibly();
            assertThat(hub.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
