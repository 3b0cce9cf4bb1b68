package dev.sluice.lab.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProcessProbeTest {
    @TempDir
    private Path process;

    private void thread(String id, String name, long cpuNs) throws IOException {
        Path folder = Files.createDirectories(process.resolve("task").resolve(id));
        Files.writeString(folder.resolve("comm"), name + "\n");
        Files.writeString(folder.resolve("schedstat"), cpuNs + " 0 1\n");
    }

    @Test
    void countsTheLastValueOfAThreadThatCanNoLongerBeRead() throws IOException {
        Files.writeString(process.resolve("schedstat"), "0 0 1\n");
        Files.writeString(process.resolve("status"), "Name:\tjava\nVmRSS:\t    2048 kB\n");
        thread("1", "main", 1_000);
        thread("2", "C2 CompilerThre", 5_000_000);
        thread("3", "sluice loop", 20);
        var probe = new ProcessProbe(process);
        assertThat(probe.usage()).hasValue(new HubUsage(1_020, 2048 << 10));

        thread("1", "main", 3_000);
        Path ended = process.resolve("task/3/schedstat");
        Files.delete(ended);
        Files.createDirectory(ended); // It is found, but can't be read.
        assertThat(probe.usage()).hasValue(new HubUsage(3_020, 2048 << 10));
    }
}
