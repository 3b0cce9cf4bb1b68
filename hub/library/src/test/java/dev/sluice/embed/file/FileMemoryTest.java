package dev.sluice.embed.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.server.http.ResponseSource;
import dev.sluice.server.http.head.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileMemoryTest {
    private static final int BYTES = 1 << 20;

    private final FileMemory memory = new FileMemory();
    private final AtomicInteger reads = new AtomicInteger();

    /// Random bytes do not get smaller.
    private byte[] zipped(String version) throws IOException {
        return memory.zipped(version, () -> {
            reads.incrementAndGet();
            byte[] bytes = new byte[BYTES];
            new Random(reads.get()).nextBytes(bytes);
            return bytes;
        });
    }

    @Test
    void compressesEachVersionOfAFileOnce() throws IOException {
        byte[] first = zipped("style 1");
        assertThat(zipped("style 1")).isSameAs(first);
        assertThat(zipped("style 2")).isNotEqualTo(first);
        assertThat(reads).hasValue(2);
    }

    @Test
    void keepsWhatWasRequestedLastWithinItsLimit() throws IOException {
        for (int i = 0; i < 20; i++) {
            zipped("old " + i);
            zipped("often");
        }
        int before = reads.get();
        zipped("often");
        zipped("old 19");
        assertThat(reads).hasValue(before);
        zipped("old 0");
        assertThat(reads).as("as many as fit in").hasValue(before + 1);
    }

    @Test
    void countsAFileUntilItIsSentAndNoneThatCannotBeRead(@TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("file"), new byte[] {1, 2, 3});
        ResponseSource plain = FileBytes.read(file, 3, memory);
        ResponseSource shared = FileBytes.of(new byte[5], memory);
        assertThat(memory.sentBytes()).isEqualTo(8);
        plain.close();
        shared.close();
        assertThat(memory.sentBytes()).isZero();
        assertThatThrownBy(() -> FileBytes.read(folder.resolve("none"), 7, memory))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> memory.zipped("broken", () -> {
                    throw new IOException("by this test");
                }))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> memory.take(Integer.MAX_VALUE)).isInstanceOf(ProblemException.class);
        assertThat(memory.sentBytes()).isZero();
    }
}
