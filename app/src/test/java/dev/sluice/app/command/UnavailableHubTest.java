package dev.sluice.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.sluice.core.Ports;
import dev.sluice.server.tls.TestCertificates;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Commands without a hub, with another kind of server, and with a hub that goes away for a while.
final class UnavailableHubTest {
    private static final TestCertificates CERTIFICATES = new TestCertificates();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pub news hello",
                "pub news",
                "sub news",
                "sub news --as ws",
                "sub news --as ndjson",
                "sub news --as text",
                "sub news --as longpoll",
                "sub news --as poll",
                "channels"
            })
    void reportsAMissingHubWithALineAndCode69(String command) throws Exception {
        var url = "http://127.0.0.1:" + Ports.free();

        var ended = terminal(url).run(command.split(" "));

        assertThat(ended)
                .isEqualTo(new Terminal.Ended(
                        69,
                        "",
                        "sluice: No hub answers at " + url
                                + " (no connection). Start one with 'sluice serve', or name another with --url.\n"));
    }

    @Test
    void tellsAnOperatorWhetherTheRequestMayHaveArrived() throws Exception {
        var mayHaveArrived = "The request may have arrived nevertheless.";
        var absent = terminal("http://127.0.0.1:" + Ports.free()).run("drain");
        assertThat(absent.exitCode()).isEqualTo(69);
        assertThat(absent.err()).startsWith("sluice: No hub answers at ").doesNotContain(mayHaveArrived);

        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
        server.createContext("/", HttpExchange::close); // Without an answer.
        server.start();
        try {
            var silent = terminal("http://127.0.0.1:" + server.getAddress().getPort())
                    .run("drain");
            assertThat(silent.exitCode()).isEqualTo(69);
            assertThat(silent.err()).contains(mayHaveArrived);
        } finally {
            server.stop(0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"pub news hello", "sub news", "sub news --as ws", "sub news --as poll", "channels"})
    void reportsAnotherKindOfServerWithALine(String command) throws Exception {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 5);
            try (var body = exchange.getResponseBody()) {
                body.write("\u001b[31m".getBytes(StandardCharsets.UTF_8));
            }
        });
        server.start();
        try {
            var ended = terminal("http://127.0.0.1:" + server.getAddress().getPort())
                    .run(command.split(" "));

            assertThat(ended.exitCode()).isEqualTo(69);
            assertThat(ended.err()).startsWith("sluice: ").hasLineCount(1).doesNotContain("\u001b");
            assertThat(ended.out()).isEmpty();
        } finally {
            server.stop(0);
        }
    }

    @Test
    void waitsForAHubThatIsBusyAtFirst() throws Exception {
        var attempts = new AtomicInteger();
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
        server.createContext("/", exchange -> {
            boolean isBusy = attempts.getAndIncrement() == 0;
            var problem = "{\"type\":\"/problems/full\",\"title\":\"The hub is full just now\",\"status\":503}";
            if (isBusy) exchange.getResponseHeaders().add("Content-Type", "application/problem+json");
            exchange.sendResponseHeaders(isBusy ? 503 : 204, isBusy ? problem.length() : -1);
            if (isBusy) exchange.getResponseBody().write(problem.getBytes(StandardCharsets.UTF_8));
            exchange.close();
        });
        server.start();
        try {
            var ended = terminal("http://127.0.0.1:" + server.getAddress().getPort())
                    .run("sub", "news");

            assertThat(ended.err())
                    .startsWith("sluice: The connection is lost (503 The hub is full just now), reconnecting");
            assertThat(ended.exitCode()).isZero();
            assertThat(attempts).hasValue(2);
        } finally {
            server.stop(0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"pub news hello", "sub news", "sub news --as ws", "channels"})
    void reportsAnUntrustedCertificate(String command) throws Exception {
        var server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
        server.setHttpsConfigurator(new HttpsConfigurator(CERTIFICATES.client(CERTIFICATES.forLocalhost())));
        server.start();
        try {
            var ended = terminal("https://localhost:" + server.getAddress().getPort())
                    .run(command.split(" "));

            assertThat(ended.exitCode()).isEqualTo(69);
            assertThat(ended.err())
                    .contains("(no secure connection: ", "unknown authority", "--cacert FILE")
                    .doesNotContain("may have arrived", "sluice serve")
                    .hasLineCount(1);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void continuesAfterARestartWithoutLossOrDuplicates() throws Exception {
        var in = new PipedInputStream();
        var typed = new PipedOutputStream(in);
        try (var hub = new TestHub();
                var sub = Terminal.at(hub).start("sub", "lines", "--after", "earliest");
                var pub = Terminal.at(hub).start(in, "pub", "lines", "--close")) {
            try (typed) {
                type(typed, "1\n2\n");
                sub.awaitOut("1\n2\n");
                hub.stop();
                sub.awaitErr("sluice: The connection is lost (");
                type(typed, "3\n4\n");
                hub.restart();
                sub.awaitOut("1\n2\n3\n4\n").awaitErr("sluice: Connected again.\n");
                type(typed, "5\n");
            }
            assertThat(sub.awaitEnd().out()).isEqualTo("1\n2\n3\n4\n5\n");
            assertThat(pub.awaitEnd().out()).startsWith("5 events, the last ");
            assertThat(pub.awaitEnd().err()).isEmpty();
        }
    }

    @Test
    void reportsThatARawStreamCannotResume() {
        try (var hub = new TestHub();
                var sub = Terminal.at(hub).start("sub", "raw", "--as", "text", "--after", "earliest")) {
            Terminal.at(hub).run("pub", "raw", "x");
            sub.awaitOut("x");
            hub.stop();

            var ended = sub.awaitEnd();

            assertThat(ended.exitCode()).isEqualTo(69);
            assertThat(ended.err())
                    .startsWith("sluice: The connection was lost")
                    .hasLineCount(1);
        }
    }

    private static void type(PipedOutputStream typed, String text) throws Exception {
        typed.write(text.getBytes(StandardCharsets.UTF_8));
        typed.flush();
    }

    private static Terminal terminal(String url) {
        return new Terminal(Terminal.plain().folder(), Map.of("SLUICE_URL", url));
    }
}
