package dev.sluice.sense.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sense.check.Phrase;
import dev.sluice.sense.config.DefinitionParser;
import dev.sluice.sense.config.NotifierTypes;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A mail server that accepts connections and stops answering: before its greeting, or to one command.
@Timeout(60)
class StalledMailTest {
    private static Delivery sendTo(int port, Duration timeout) throws Exception {
        Map<String, Object> values = Map.of(
                "name", "ops",
                "type", "email",
                "host", "localhost",
                "port", port,
                "security", "none",
                "from", "sense@shop.example",
                "to", List.of("ops@shop.example"));
        Notifier mail = new DefinitionParser(Map.of(), NotifierTypes.all(InstantSource.system()))
                .notifier(values)
                .notifier();
        Notifier hurried = new Notifier() {
            @Override
            public Delivery send(Alert alert) throws InterruptedException {
                return mail.send(alert);
            }

            @Override
            public Duration timeout() {
                return timeout;
            }
        };
        return new BoundedNotifier("ops", hurried).send(TestAlert.OPENED);
    }

    @Test
    void anAttemptEndsInTimeWithItsConnectionWhereverTheServerStalls() throws Exception {
        List<Callable<String>> attempts = new ArrayList<>();
        List<String> commands = List.of("greeting", "EHLO", "MAIL", "RCPT", "DATA", ".");
        for (String stalled : commands)
            attempts.add(() -> {
                try (var server = new StallingServer(stalled)) {
                    assertThat(sendTo(server.port(), Duration.ofSeconds(1)))
                            .as(stalled)
                            .isEqualTo(new Delivery.Failed(Phrase.of("no-end-within", "1 s")));
                    return server.ended.get(60, TimeUnit.SECONDS); // The connection is closed.
                }
            });
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var each : threads.invokeAll(attempts)) assertThat(each.get()).isIn(commands);
        }
    }

    /// It would get the same message again, which it has accepted.
    @Test
    void aServerThatDoesNotAnswerToQuitHasAcceptedTheMessage() throws Exception {
        try (var server = new StallingServer("QUIT")) {
            assertThat(sendTo(server.port(), Duration.ofSeconds(10))).isEqualTo(new Delivery.Accepted());
        }
    }

    /// Answers as a mail server does, up to one command.
    private static final class StallingServer implements AutoCloseable {
        private final ServerSocket accepting = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        private final String stalled;

        /// The command that was not answered, when the client has closed the connection.
        final CompletableFuture<String> ended = new CompletableFuture<>();

        StallingServer(String stalled) throws IOException {
            this.stalled = stalled;
            Thread.ofVirtual().start(() -> {
                try (Socket client = accepting.accept()) {
                    serve(client);
                    ended.complete(stalled);
                } catch (IOException reset) {
                    ended.complete(stalled);
                }
            });
        }

        int port() {
            return accepting.getLocalPort();
        }

        private void serve(Socket client) throws IOException {
            var in = new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
            boolean isStalled = stalled.equals("greeting");
            if (!isStalled) answer(client, "220 stalling");
            boolean isBody = false;
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (isBody && !line.equals(".")) continue;
                isBody = line.equals("DATA");
                isStalled |= line.startsWith(stalled);
                if (!isStalled) answer(client, isBody ? "354 go on" : "250 ok");
            }
        }

        private static void answer(Socket client, String line) throws IOException {
            client.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
        }

        @Override
        public void close() throws IOException {
            accepting.close();
        }
    }
}
