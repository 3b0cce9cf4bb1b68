package dev.sluice.app.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/// Runs the tests of `client-js` with Node's test runner: against `./sluice serve`, through faulty proxies, in Node
/// and in Chromium. With `-Dsluice.long=true` ten thousand events pass through each fault.
@Order(1)
final class ClientJsTest {
    private static final Path HOME = Path.of("..").toAbsolutePath().normalize();
    private static final Path CLIENT = HOME.resolve("clients/client-js");
    private static final boolean IS_LONG = Boolean.getBoolean("sluice.long");
    private static final Duration TIME_MAX = Duration.ofMinutes(IS_LONG ? 30 : 15);

    /// Less than for all, so that a file that hangs is named.
    private static final Duration FILE_TIME_MAX = TIME_MAX.dividedBy(3).multipliedBy(2);

    @Test
    void passesItsOwnTests() throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "node",
                "--experimental-websocket",
                "--no-warnings",
                "--test",
                "--test-concurrency=2",
                "--test-timeout=" + FILE_TIME_MAX.toMillis(),
                "--test-reporter=tap"));
        try (Stream<Path> all = Files.list(CLIENT.resolve("test"))) {
            all.map(file -> "test/" + file.getFileName())
                    .filter(name -> name.endsWith(".test.mjs"))
                    .sorted()
                    .forEach(command::add);
        }
        Run run = Run.of(command.toArray(String[]::new));
        assertThat(run.code).as(run.output).isZero();
        assertThat(run.output).contains("# fail 0").contains("# skipped 0").doesNotContain("# pass 0\n");
    }

    /// The output of a program and its exit code.
    private record Run(int code, String output) {
        static Run of(String... command) throws IOException, InterruptedException {
            Path out = Files.createTempFile("client-js", ".log");
            try {
                ProcessBuilder builder = new ProcessBuilder(command)
                        .directory(CLIENT.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(out.toFile());
                builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
                builder.environment().put("SLUICE_LONG", IS_LONG ? "1" : "0");
                builder.environment().put("SLUICE_SEEDS", System.getProperty("sluice.seeds", ""));
                Process process = builder.start();
                if (!process.waitFor(TIME_MAX)) {
                    process.descendants().forEach(ProcessHandle::destroyForcibly);
                    process.destroyForcibly();
                    throw new AssertionError("not over within " + TIME_MAX + ": " + Files.readString(out));
                }
                return new Run(process.exitValue(), Files.readString(out, StandardCharsets.UTF_8));
            } finally {
                Files.delete(out);
            }
        }
    }
}
