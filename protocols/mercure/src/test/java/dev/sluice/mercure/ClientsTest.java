package dev.sluice.mercure;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Unmodified readers of npm, run by Node: `eventsource` and `event-source-polyfill`.
final class ClientsTest {
    private static final Path CLIENTS = Path.of("src/test/clients");
    private static final int MINUTES_MAX = 3;
    private static final int CASES = 4;

    @TempDir
    private Path folder;

    @Test
    void eventsourceAndEventSourcePolyfillMissNothing() throws Exception {
        if (!Files.isDirectory(CLIENTS.resolve("node_modules")))
            throw new AssertionError("npm's packages are missing: run ./check once, or npm ci in " + CLIENTS);
        Path output = folder.resolve("output.txt");
        try (var mercure = MercureHub.inMemory()) {
            var builder = new ProcessBuilder("node", "--test", "--test-reporter=tap", "clients.test.js")
                    .directory(CLIENTS.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().put("HUB", mercure.address());
            builder.environment().put("SECRET", MercureHub.SECRET);
            Process process = builder.start();
            try {
                assertThat(process.waitFor(MINUTES_MAX, TimeUnit.MINUTES))
                        .as(Files.readString(output))
                        .isTrue();
            } finally {
                process.destroyForcibly();
            }
            assertThat(process.exitValue()).as(Files.readString(output)).isZero();
        }
        assertThat(Files.readString(output)).contains("# pass " + CASES + "\n");
    }
}
