package dev.sluice.sense.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryLimitTest {
    private static final long MACHINE = 25_000_000_000L;

    @TempDir
    private Path hierarchy;

    private void write(String file, String text) throws IOException {
        Path path = hierarchy.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text + "\n");
    }

    @BeforeEach
    void ofAContainer() throws IOException {
        write("memory.max", "600000000");
        write("memory.current", "500000000");
        write("memory.stat", "anon 1\ninactive_file 200000000\nslab 3");
    }

    @Test
    void countsWhatAContainerMayUse() throws IOException {
        assertThat(new MemoryLimit(hierarchy).usage(MACHINE)).contains(new MemoryLimit.Usage(600_000_000, 300_000_000));
        Files.delete(hierarchy.resolve("memory.max"));
        write("memory/memory.limit_in_bytes", "700000000");
        write("memory/memory.usage_in_bytes", "500000000");
        write("memory/memory.stat", "inactive_file 1\ntotal_inactive_file 100000000");
        assertThat(new MemoryLimit(hierarchy).usage(MACHINE)).contains(new MemoryLimit.Usage(700_000_000, 400_000_000));
    }

    @Test
    void isNoneOnAMachineOrWithoutALimit() throws IOException {
        assertThat(new MemoryLimit(hierarchy).usage(600_000_000)).isEmpty();
        write("memory.max", "max");
        assertThat(new MemoryLimit(hierarchy).usage(MACHINE)).isEmpty();
        assertThat(new MemoryLimit(hierarchy.resolve("none")).usage(MACHINE)).isEmpty();
    }
}
