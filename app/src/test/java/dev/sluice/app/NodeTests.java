package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Runs the tests of a folder that are written for Node's test runner: `test/*.test.mjs`.
public final class NodeTests {
    private static final boolean IS_LONG = Boolean.getBoolean("sluice.long");

    private NodeTests() {}

    /// Fails unless all of them pass, and none is skipped.
    ///
    /// @param timeMax for all of them. A file has less, so that one that hangs is named
    public static void pass(Path folder, Duration timeMax) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "node",
                "--experimental-websocket",
                "--no-warnings",
                "--test",
                "--test-concurrency=2",
                "--test-timeout=" + timeMax.dividedBy(3).multipliedBy(2).toMillis(),
                "--test-reporter=tap"));
        try (Stream<Path> all = Files.list(folder.resolve("test"))) {
            all.map(file -> "test/" + file.getFileName())
                    .filter(name -> name.endsWith(".test.mjs"))
                    .sorted()
                    .forEach(command::add);
        }
        Path out = Files.createTempFile("node-tests", ".log");
        try {
            int code = run(folder, command, out, timeMax);
            String output = Files.readString(out, StandardCharsets.UTF_8);
            assertThat(code).as(output).isZero();
            assertThat(output).contains("# fail 0").contains("# skipped 0").doesNotContain("# pass 0\n");
        } finally {
            Files.delete(out);
        }
    }

    private static int run(Path folder, List<String> command, Path out, Duration timeMax)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("SLUICE_LONG", IS_LONG ? "1" : "0");
        builder.environment().put("SLUICE_SEEDS", System.getProperty("sluice.seeds", ""));
        Process process = builder.start();
        if (!process.waitFor(timeMax)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            throw new AssertionError("not over within " + timeMax + ": " + Files.readString(out));
        }
        return process.exitValue();
    }
}
