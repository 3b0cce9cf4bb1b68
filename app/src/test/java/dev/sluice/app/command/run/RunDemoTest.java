package dev.sluice.app.command.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.command.Terminal;
import dev.sluice.demos.Demo;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RunDemoTest {
    private final Terminal terminal = Terminal.plain();

    @ParameterizedTest
    @ValueSource(strings = {"clock", "ticker", "hello", "live", "chat", "typewriter"})
    void printsTheAddressesOfItsPages(String name) throws Exception {
        try (var demo = terminal.start("demo", name, "--port", "0");
                var http = HttpClient.newHttpClient()) {
            var first = demo.firstLine();
            assertThat(first).matches(name + " at http://127\\.0\\.0\\.1:[0-9]+, its pages:");
            var base = first.replaceAll(".* at (.*), .*", "$1");
            var pages = Demo.named(name).orElseThrow().pages();
            demo.awaitOut(
                    first + pages.stream().map(page -> "\n  " + base + page).collect(Collectors.joining()));
            for (var page : pages) {
                var answer = http.send(
                        HttpRequest.newBuilder(URI.create(base + page)).build(), HttpResponse.BodyHandlers.ofString());
                assertThat(answer.statusCode()).as(page).isEqualTo(200);
                assertThat(answer.body()).containsAnyOf("new EventSource", "new WebSocket", "typewriter.js");
            }

            var ended = demo.interrupt();

            assertThat(ended.exitCode()).isEqualTo(130);
            assertThat(ended.err()).isEqualTo("sluice: Interrupted.\n");
        }
    }

    @Test
    void listsDemosWithTheirPorts() {
        var ended = terminal.run("demo");

        assertThat(ended.exitCode()).isZero();
        assertThat(ended.err()).isEmpty();
        assertThat(ended.out().lines())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("clock       3003  "),
                        line -> assertThat(line).startsWith("ticker       666  "),
                        line -> assertThat(line).startsWith("hello       3000  "),
                        line -> assertThat(line).startsWith("live        3000  "),
                        line -> assertThat(line).startsWith("chat        8080  "),
                        line -> assertThat(line).startsWith("typewriter  3001  "));
    }

    @Test
    void reportsAPortInUseAndNamesTheOption() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var ended = terminal.run("demo", "hello", "--port", Integer.toString(taken.getLocalPort()));

            assertThat(ended.exitCode()).isEqualTo(69);
            assertThat(ended.err())
                    .startsWith("sluice: Can't listen on 127.0.0.1:" + taken.getLocalPort())
                    .endsWith("or choose another with --port.\n")
                    .hasLineCount(1);
            assertThat(ended.out()).isEmpty();
        }
    }

    @Test
    void refusesOtherHostsThanLoopbackWithoutInsecure() {
        var ended = terminal.run("demo", "hello", "--port", "0", "--host", "0.0.0.0");

        assertThat(ended.exitCode()).isEqualTo(78);
        assertThat(ended.err())
                .startsWith("sluice: The host '0.0.0.0' (--host) is not loopback")
                .hasLineCount(1);
        try (var demo = terminal.start("demo", "hello", "--port", "0", "--host", "0.0.0.0", "--insecure")) {
            assertThat(demo.firstLine()).startsWith("hello at http://0.0.0.0:");
            demo.awaitErr("sluice: Warning: --insecure lets everybody who can reach http://0.0.0.0:");
        }
    }
}
