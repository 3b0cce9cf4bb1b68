package dev.sluice.app.command.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.command.Terminal;
import dev.sluice.app.command.TestHub;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Measurements of a working hub over every transport, which must find no faults.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BenchTest {
    @AutoClose
    private TestHub hub;

    private Terminal terminal;

    @BeforeAll
    void begin() {
        hub = new TestHub();
        terminal = Terminal.at(hub);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sse", "ws", "ws-raw", "ndjson", "text"})
    void eachReaderOfEachTransportGetsEachEventOnceInOrder(String transport) {
        var found = measure("--as", transport, "--connections", "6", "--channels", "2", "--rate", "200");

        assertThat(found.path("faultless").booleanValue()).as("%s", found).isTrue();
        assertThat(found.path("expected").longValue()).isPositive();
        assertThat(found.path("expected").longValue() % 3)
                .as("each event goes to three readers")
                .isZero();
        assertThat(found.path("latencyMs").path("p99").doubleValue()).isPositive();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--connections 5 --in-flight 8",
                "--connections 5 --in-flight 8 --publish-as ws",
                "--connections 5 --in-flight 8 --publishers 3",
                "--connections 7 --in-flight 8 --channels 3 --subsets",
                "--connections 4 --in-flight 8 --channels 4 --publishers 2 --loops 2 --size 5000",
                "--connections 4 --in-flight 200 --batch 10",
                "--connections 3 --in-flight 8 --stalled 2",
                "--connections 5 --rate 300 --resume --cut 100ms --come-back 10ms",
                "--connections 0 --in-flight 200 --batch 100 --publishers 2",
            })
    void findsNoFaultsUnderAnyKindOfLoad(String load) {
        var found = measure(load.split(" "));

        assertThat(found.path("faultless").booleanValue()).as("%s", found).isTrue();
        assertThat(found.path("expected").longValue()).isPositive();
    }

    @Test
    void resumingReadersGetAllEventsThroughARestartOfTheHub() {
        try (var other = new TestHub();
                var bench = terminal.start(
                        "bench", other.url(), "--connections", "5", "--rate", "100", "--resume", "--duration", "3s")) {
            bench.awaitErr("measuring ");
            other.stop();
            other.restart();

            var ended = bench.awaitEnd();

            assertThat(ended.exitCode()).as(ended.out()).isZero();
            assertThat(ended.out())
                    .contains("\nresumed       5 times")
                    .endsWith(": all delivered once, intact, in order\n");
        }
    }

    @Test
    void printsProgressEachSecondAndAReport() {
        var ended = terminal.run("bench", "--connections", "2", "--warmup", "10ms", "--duration", "1s");

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.err()).contains("measuring   2 open  ");
        assertThat(ended.out())
                .startsWith(hub.url() + "  sse, 2 readers of 1 channel, 100 bytes\ndelivered ")
                .contains("\npublished ", "\nlatency  ", "\nchecked ")
                .endsWith(": all delivered once, intact, in order\n");
    }

    @Test
    void usesThePathOfAnotherServerAndReportsItsRefusal() {
        var ended = terminal.run("bench", "--subscribe-path", "/no/{channel}", "--connections", "1");

        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.err())
                .matches("sluice: The server refused: GET /no/bench-[0-9a-z]+-0 HTTP/1.1 was answered"
                        + " HTTP/1.1 404 Not Found.\n");
    }

    @Test
    void reportsAServerThatCannotBeReached() {
        try (var other = new TestHub()) {
            var url = other.url();
            other.stop();

            var ended = terminal.run("bench", url);

            assertThat(ended.exitCode()).isEqualTo(69);
            assertThat(ended.err()).startsWith("sluice: No server to measure at " + url + " (");
        }
    }

    private JsonNode measure(String... options) {
        var arguments =
                new ArrayList<>(List.of("bench", hub.url(), "--json", "--warmup", "100ms", "--duration", "300ms"));
        arguments.addAll(List.of(options));
        var ended = terminal.run(arguments.toArray(String[]::new));

        assertThat(ended.err()).isEmpty();
        assertThat(ended.exitCode()).as(ended.out()).isZero();
        return JsonMapper.shared().readTree(ended.out());
    }
}
