package dev.sluice.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/// Runs clients of other projects, from npm, in Node: the tests in `clients.test.js` of a folder.
public final class NodeClients {
    private static final Duration TIME_MAX = Duration.ofMinutes(3);

    private NodeClients() {}

    /// Fails unless as many of them pass, and all others are skipped.
    ///
    /// @param environment where the clients find the hub
    public static void pass(Path folder, int passes, Map<String, String> environment) throws Exception {
        if (!Files.isDirectory(folder.resolve("node_modules")))
            throw new AssertionError("npm's packages are missing: run ./check once, or npm ci in " + folder);
        Path output = Files.createTempFile("node-clients", ".log");
        try {
            var builder = new ProcessBuilder(
                            "node", "--test", "--test-force-exit", "--test-reporter=tap", "clients.test.js")
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().putAll(environment);
            Process node = builder.start();
            try {
                assertThat(node.waitFor(TIME_MAX)).as(Files.readString(output)).isTrue();
            } finally {
                node.destroyForcibly();
            }
            assertThat(node.exitValue()).as(Files.readString(output)).isZero();
            assertThat(Files.readString(output)).contains("# pass " + passes + "\n");
        } finally {
            Files.delete(output);
        }
    }
}
