package dev.sluice.app.command.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.command.Terminal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `sluice lab`, with its hub in a separate process.
@Timeout(180)
class RunLabTest {
    @TempDir
    private Path folder;

    @Test
    void measuresTransportsAndWritesJsonAndAPageWithPlots() throws Exception {
        var ended = new Terminal(folder, Map.of())
                .run(
                        "lab",
                        "--lanes",
                        "polling,sse-http2",
                        "--direction",
                        "both",
                        "--clients",
                        "3",
                        "--interval",
                        "200ms",
                        "--duration",
                        "1s",
                        "--no-cut",
                        "--json",
                        "--html",
                        "lab.html");

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        JsonNode report = JsonMapper.shared().readTree(ended.out());
        assertThat(report.at("/lanes").values().stream()
                        .map(lane -> lane.at("/lane").asString()))
                .containsExactly("polling", "sse-http2");
        for (JsonNode lane : report.at("/lanes")) {
            assertThat(lane.at("/delivered/events").asLong()).isPositive();
            assertThat(lane.at("/published/events").asLong()).isPositive();
            assertThat(lane.at("/published/lost").asLong()).isZero();
            assertThat(lane.at("/delivered/downBytesPerEvent").asDouble()).isGreaterThan(50);
        }
        assertThat(report.at("/lanes/0/idlePerClientAndSecond/requests").asDouble())
                .as("a poll each 200 ms, on a machine that may be busy")
                .isBetween(0.5, 6.1);
        assertThat(Files.readString(folder.resolve("lab.html")))
                .contains("<svg", "sse-http2")
                .doesNotContain("<script");
    }
}
