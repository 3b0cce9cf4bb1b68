package dev.sluice.durablestreams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Sluice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The conformance tests of the protocol's authors (`@durable-streams/server-conformance-tests`), run by Node.
final class ConformanceTest {
    private static final Path SUITE = Path.of("src/test/conformance");
    private static final int MINUTES_MAX = 15;

    /// The cases that do not pass. `docs/durable-streams.md` has the reason of each.
    private static final List<String> FAILING = List.of();

    /// The number of cases in all, so that none is left out unnoticed.
    private static final int CASES = 332;

    private static final String FAST =
            "^(Basic Stream|Append Op|HTTP Protocol|Case-Ins|JSON Mode|Caching|Idempotent Prod|Stream Closure"
                    + " Create|Fork - Creation)";

    @TempDir
    private Path folder;

    private record Outcome(List<String> passed, List<String> failed, String messages) {}

    @Test
    void passesThePartThatDoesNotWait() throws Exception {
        Outcome outcome = run("-t", FAST);

        assertThat(outcome.failed()).as(outcome.messages()).isEmpty();
        assertThat(outcome.passed()).hasSizeGreaterThan(100);
    }

    @Test
    @Tag("long")
    void passesAllButTheCasesThatTheDocumentationNames() throws Exception {
        Outcome outcome = run();

        assertThat(outcome.failed()).as(outcome.messages()).containsExactlyInAnyOrderElementsOf(FAILING);
        assertThat(outcome.passed()).hasSize(CASES - FAILING.size());
    }

    private Outcome run(String... arguments) throws Exception {
        if (!Files.isDirectory(SUITE.resolve("node_modules")))
            throw new AssertionError("npm's packages are missing: run ./check once, or npm ci in " + SUITE);
        Path report = folder.resolve("report.json");
        Path output = folder.resolve("output.txt");
        var hub = Sluice.in(folder.resolve("data")).port(0).origins("*").withoutShutdownHook();
        DurableStreams streams = DurableStreams.on(hub, "/v1/stream", InstantSource.system(), Streams.WAIT);
        try (hub) {
            hub.start();
            streams.start();
            List<String> command = new ArrayList<>(List.of(
                    "node",
                    "node_modules/vitest/vitest.mjs",
                    "run",
                    "streams.test.js",
                    "--testTimeout=60000",
                    "--reporter=json",
                    "--outputFile=" + report));
            command.addAll(List.of(arguments));
            var builder = new ProcessBuilder(command)
                    .directory(SUITE.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().put("STREAMS_URL", hub.uri().toString());
            Process process = builder.start();
            try {
                assertThat(process.waitFor(MINUTES_MAX, TimeUnit.MINUTES))
                        .as("the suite ends")
                        .isTrue();
            } finally {
                process.destroyForcibly();
            }
        }
        assertThat(report).as(Files.readString(output)).exists();
        return outcome(JsonMapper.shared().readTree(Files.readString(report)));
    }

    private static Outcome outcome(JsonNode report) {
        List<String> passed = new ArrayList<>();
        List<String> failed = new ArrayList<>();
        var messages = new StringBuilder();
        for (JsonNode file : report.get("testResults")) {
            for (JsonNode test : file.get("assertionResults")) {
                String name = test.get("fullName").stringValue();
                switch (test.get("status").stringValue()) {
                    case "passed" -> passed.add(name);
                    case "failed" -> {
                        failed.add(name);
                        messages.append(name)
                                .append(": ")
                                .append(test.get("failureMessages"))
                                .append('\n');
                    }
                    default -> {} // Left out by the pattern.
                }
            }
        }
        System.out.println(
                "Durable Streams conformance: " + passed.size() + " passed, " + failed.size() + " failed " + failed);
        return new Outcome(passed, failed, messages.toString());
    }
}
