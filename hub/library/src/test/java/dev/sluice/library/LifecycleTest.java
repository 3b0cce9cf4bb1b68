package dev.sluice.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.CannotStartException;
import dev.sluice.ClientGoneException;
import dev.sluice.Response;
import dev.sluice.Sluice;
import dev.sluice.WebSocket;
import dev.sluice.core.LoggedLines;
import dev.sluice.server.Await;
import dev.sluice.server.RawClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// The end of connections, handlers and the server, after which nothing is left over.
final class LifecycleTest {
    private static final String UPGRADE = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==";

    @Test
    void reportsTheCloseCodeAfterALostConnectionOrAProtocolError() throws Exception {
        var codes = new LinkedBlockingQueue<Integer>();
        try (var app = Sluice.inMemory()
                .port(0)
                .ws("/", socket -> {
                    socket.onClose(codes::add);
                    socket.send("open");
                })
                .start()) {
            try (var client = new RawClient(app.port())) {
                client.get("/", UPGRADE).until("open");
            }
            assertThat(codes.poll(60, TimeUnit.SECONDS)).isEqualTo(1006);
            try (var client = new RawClient(app.port())) {
                client.get("/", UPGRADE).until("open");
                client.send(new byte[] {(byte) 0x81, 1, 'x'}); // Not masked (RFC 6455 §5.1).
                assertThat(codes.poll(60, TimeUnit.SECONDS)).isEqualTo(1002);
            }
            try (var client = new RawClient(app.port())) {
                client.get("/", UPGRADE).until("open");
                // A message of 2 MiB, masked.
                client.send(new byte[] {(byte) 0x82, (byte) 0xFF, 0, 0, 0, 0, 0, 0x20, 0, 0, 0, 0, 0, 0});
                assertThat(codes.poll(60, TimeUnit.SECONDS)).isEqualTo(1009);
            }
            Await.that(() -> app.running() == 0 && app.connections() == 0);
        }
    }

    /// A program like the one in docs/library.md, for [#closesClientsProperlyOnSigterm].
    static final class Program {
        private Program() {}

        static void main(String[] args) throws InterruptedException {
            try (var app = Sluice.inMemory()
                    .port(0)
                    .ws("/", socket -> socket.send("open"))
                    .onClose(() -> System.out.println("the hub still takes events"))
                    .start()) {
                System.out.println(app.port());
                app.await();
            }
        }
    }

    private static Process start(Class<?> program) throws IOException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new ProcessBuilder(
                        java,
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        program.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    @Test
    void closesClientsProperlyOnSigterm() throws Exception {
        var process = start(Program.class);
        try (var out = process.inputReader();
                var client = new RawClient(Integer.parseInt(out.readLine()))) {
            client.get("/", UPGRADE).until("open");

            process.toHandle().destroy(); // SIGTERM; its output stays open.

            client.until("The server restarts."); // The reason of the close frame.
            assertThat(out.readLine()).isEqualTo("the hub still takes events");
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
    }

    /// A program that is asked to end while it closes its server.
    static final class ClosingProgram {
        private ClosingProgram() {}

        static void main(String[] args) {
            var isEnding = new CountDownLatch(1);
            Runtime.getRuntime().addShutdownHook(new Thread(isEnding::countDown));
            Sluice.inMemory()
                    .port(0)
                    .onClose(() -> {
                        System.out.println("closing");
                        isEnding.await();
                        Thread.sleep(Duration.ofSeconds(2)); // A JVM for which nothing waits ends sooner.
                        System.out.println("closed");
                    })
                    .start()
                    .close();
        }
    }

    @Test
    void isClosedBeforeTheJvmEndsAlthoughAnotherThreadClosesIt() throws Exception {
        var process = start(ClosingProgram.class);
        try (var out = process.inputReader()) {
            assertThat(out.readLine()).isEqualTo("closing");

            process.toHandle().destroy(); // SIGTERM; its output stays open.

            assertThat(out.readLine()).isEqualTo("closed");
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void isClosedAlthoughACloseTaskFailsWithAnError() throws Exception {
        try (var failures = new LoggedLines("dev.sluice.embed.Lifecycle")) {
            var app = Sluice.inMemory()
                    .port(0)
                    .onClose(() -> {
                        throw new NoClassDefFoundError("a.Gone");
                    })
                    .start();

            app.close();

            app.await();
            assertThat(failures.lines()).containsExactly("a close task failed");
        }
    }

    /// Many calls wrap the interrupt in their own exception.
    @Test
    void takesAFailureOfAnInterruptedHandlerForItsEnd() throws Exception {
        try (var failures = new LoggedLines("dev.sluice.embed.handler.HandlerSession");
                var app = Sluice.inMemory()
                        .port(0)
                        .sse("/", stream -> {
                            stream.send("open");
                            try {
                                Thread.sleep(Duration.ofHours(1));
                            } catch (InterruptedException left) {
                                throw new IllegalStateException("interrupted", left);
                            }
                        })
                        .start()) {
            try (var client = new RawClient(app.port())) {
                client.get("/").until("open");
            }
            Await.that(() -> app.running() == 0 && app.connections() == 0);
            assertThat(failures.lines()).isEmpty();
        }
    }

    @Test
    void cancelsTimersWhenTheSocketCloses() throws Exception {
        var kept = new AtomicReference<WebSocket>();
        try (var app = Sluice.inMemory()
                .port(0)
                .ws("/", socket -> {
                    kept.set(socket);
                    socket.every(Duration.ofMillis(10), () -> socket.send("tick"));
                })
                .start()) {
            try (var client = new SocketsTest.Client(app, "/")) {
                assertThat(client.next()).isEqualTo("tick");
                assertThat(client.next()).isEqualTo("tick");
            }
            // The connection may be counted as closed a moment before the handler's thread is notified.
            Await.that(() ->
                    app.running() == 0 && app.connections() == 0 && !kept.get().isOpen());
            assertThatThrownBy(() -> kept.get().send("late")).isInstanceOf(ClientGoneException.class);
        }
    }

    @Test
    void closesSocketsAndInterruptsTheirHandlersWhenTheServerStops() throws Exception {
        var ends = new LinkedBlockingQueue<String>();
        var app = Sluice.inMemory()
                .port(0)
                .ws("/", socket -> {
                    socket.onClose(code -> ends.add("closed " + code));
                    socket.send("open");
                    new CountDownLatch(1).await();
                })
                .start();
        try (var client = new SocketsTest.Client(app, "/")) {
            assertThat(client.next()).isEqualTo("open");
            var closing = Thread.ofVirtual().start(app::close);
            assertThat(client.next()).startsWith("closed 1012");
            client.socket.abort();
            closing.join();
        }
        assertThat(ends.poll(60, TimeUnit.SECONDS)).isEqualTo("closed 1012");
        assertThat(app.running()).isZero();
    }

    @Test
    void interruptsARespondersThreadWhenItsClientDisconnects() throws Exception {
        var ends = new LinkedBlockingQueue<String>();
        try (var app = Sluice.inMemory()
                .port(0)
                .get("/slow", request -> {
                    ends.add("begun");
                    try {
                        new CountDownLatch(1).await();
                        return Response.empty();
                    } finally {
                        ends.add("ended");
                    }
                })
                .start()) {
            try (var client = new RawClient(app.port())) {
                client.get("/slow");
                assertThat(ends.poll(60, TimeUnit.SECONDS)).isEqualTo("begun");
            }
            assertThat(ends.poll(60, TimeUnit.SECONDS)).isEqualTo("ended");
            Await.that(() -> app.running() == 0);
        }
    }

    @Test
    void refusesWebSocketsOfOriginsThatAreNotConfigured() throws Exception {
        try (var app = Sluice.inMemory()
                        .port(0)
                        .origins("https://shop.example")
                        .ws("/", socket -> socket.send("in"))
                        .start();
                var allowed = new RawClient(app.port())) {
            allowed.get("/", UPGRADE, "Origin: https://shop.example").until("in");
            try (var refused = new RawClient(app.port())) {
                refused.get("/", UPGRADE, "Origin: https://other.example").until(" 403 ");
            }
        }
    }

    @Test
    void reportsWhyItCannotListenAndCanStillBeClosed() {
        try (var app = Sluice.inMemory().port(0).start()) {
            var second = Sluice.inMemory().port(app.port());
            assertThatThrownBy(second::start)
                    .isInstanceOf(CannotStartException.class)
                    .hasMessageContaining("127.0.0.1:" + app.port())
                    .hasMessageContaining("port(");
            second.close();
            assertThatThrownBy(() -> app.get("/late", request -> Response.empty()))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void servesPackagedFilesButNoHubPathsWithoutHubPaths() {
        try (var app = Sluice.inMemory()
                        .port(0)
                        .withoutHubPaths()
                        .resources("/", LifecycleTest.class, "pages")
                        .notFound(request -> Response.text("404").status(404))
                        .start();
                var client = new RawClient(app.port())) {
            client.get("/").until("<h1>packaged</h1>");
            client.get("/channels").until("\r\n\r\n404");
            client.get("/livez").until("\r\n\r\n404");
            // The hub remains available to the program.
            assertThat(app.channel("news").publish("hello")).isNotNull();
        }
    }
}
