package dev.sluice.app.killed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Scanner;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a hub still holds after many answers, each with a lease, a reader to the end and one who leaves before.
final class ManyAnswersTest {
    /// The log's files and the JVM's threads come and go, but not one for each answer.
    private static final int SLACK = 32;

    @TempDir
    Path folder;

    @Test
    void leaveNoSocketFileOrThreadBehind() throws Exception {
        leaveNothingBehind(500);
    }

    @Test
    @Tag("long")
    void leaveNoSocketFileOrThreadBehindThoughTheyAreTenThousand() throws Exception {
        leaveNothingBehind(10_000);
    }

    private void leaveNothingBehind(int answers) throws Exception {
        try (HubProcess hub = new HubProcess(folder, "interval");
                HttpClient client = HttpClient.newHttpClient()) {
            for (int i = 0; i < 50; i++) answer(hub, client, "first-" + i);
            Path process = Path.of("/proc/" + hub.pid());
            long files = count(process.resolve("fd"));
            long threads = count(process.resolve("task"));
            for (int i = 0; i < answers; i++) answer(hub, client, "next-" + i);
            for (long end = System.nanoTime() + 60_000_000_000L; count(process.resolve("fd")) > files + SLACK; ) {
                assertThat(System.nanoTime()).as("files and sockets are closed").isLessThan(end);
                LockSupport.parkNanos(20_000_000); // The hub notices the end of connections by itself.
            }
            assertThat(count(process.resolve("task"))).isLessThanOrEqualTo(threads + SLACK);
        }
    }

    private static void answer(HubProcess hub, HttpClient client, String name) throws IOException {
        LeasedAnswer answer = new LeasedAnswer(client, hub::url, "answers/" + name);
        answer.publish(1, 60);
        try (Socket reader = reader(hub, answer.channel())) {
            try (Socket _ = reader(hub, answer.channel())) {
                answer.publish(1, 60);
            }
            answer.requireDone();
            Scanner text = new Scanner(reader.getInputStream(), StandardCharsets.UTF_8);
            assertThat(text.findWithinHorizon("sluice.closed", 0)).isNotNull();
        }
    }

    private static Socket reader(HubProcess hub, String channel) throws IOException {
        URI uri = URI.create(hub.url());
        Socket socket = new Socket(uri.getHost(), uri.getPort());
        socket.setSoTimeout(60_000);
        String head = "GET /channels/" + channel + "?as=sse&after=earliest HTTP/1.1\r\nHost: localhost\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static long count(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.count();
        }
    }
}
