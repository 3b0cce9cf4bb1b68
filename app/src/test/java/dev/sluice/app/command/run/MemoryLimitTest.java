package dev.sluice.app.command.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MemoryLimitTest {
    @TempDir
    private Path folder;

    private OptionalLong bytes(String membership) throws IOException {
        return new MemoryLimit(Files.writeString(folder.resolve("cgroup"), membership), folder.resolve("fs")).bytes();
    }

    private void write(String file, String text) throws IOException {
        Path path = folder.resolve("fs").resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text + "\n");
    }

    @Test
    void isTheSmallestOfTheGroupAndThoseAbove() throws IOException {
        write("system.slice/sluice.service/memory.max", "max");
        write("system.slice/memory.max", "2147483648");
        write("memory.max", "4294967296");
        assertThat(bytes("0::/system.slice/sluice.service\n")).hasValue(2L << 30);

        write("system.slice/sluice.service/memory.max", "1073741824");
        assertThat(bytes("0::/system.slice/sluice.service\n")).hasValue(1L << 30);
    }

    @Test
    void isThatOfTheContainerWhoseGroupIsMountedAsTheUppermost() throws IOException {
        write("memory.max", "1073741824");
        assertThat(bytes("0::/\n")).hasValue(1L << 30);
        assertThat(bytes("0::/kubepods/pod1/c1\n")).hasValue(1L << 30);
        assertThat(bytes("0::/../../other\n")).hasValue(1L << 30);
    }

    @Test
    void isReadFromVersionOneToo() throws IOException {
        write("memory/docker/1f/memory.limit_in_bytes", "536870912");
        write("memory/memory.limit_in_bytes", "9223372036854771712");
        assertThat(bytes("5:cpu,cpuacct:/docker/1f\n4:memory:/docker/1f\n0::/\n"))
                .hasValue(512L << 20);
    }

    @Test
    void isNoneWithoutGroups() throws IOException {
        assertThat(bytes("")).isEmpty();
        assertThat(bytes("0::/\n")).isEmpty();
        assertThat(new MemoryLimit(folder.resolve("none"), folder).bytes()).isEmpty();
    }
}
