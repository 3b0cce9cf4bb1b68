package dev.sluice.app.killed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Kills a hub (SIGKILL) under publishers that repeat unacknowledged events, and readers that switch between all
/// transports: each event is there once, in order, without a gap. Every run prints its seed, which determines when
/// the hub is killed and where readers switch; timing adds more randomness.
@Order(1)
final class HubKillTest {
    private static final int READERS = 4;

    @TempDir
    Path folder;

    @Test
    void losesNoEvent() throws Exception {
        killRounds(2, "interval");
        killRounds(2, "always");
    }

    @Test
    @Tag("long")
    void losesNoEventInAHundredRounds() throws Exception {
        killRounds(50, "interval");
        killRounds(50, "always");
    }

    private void killRounds(int rounds, String sync) throws Exception {
        long seed = Long.getLong("sluice.seed", Long.getLong("sluice.seeds", System.nanoTime()));
        Random random = new Random(seed);
        System.out.printf("%d kills, sync=%s, -Dsluice.seed=%d%n", rounds, sync, seed);
        Semaphore acknowledged = new Semaphore(0);
        try (HttpClient client = HttpClient.newHttpClient();
                HubProcess hub = new HubProcess(folder.resolve(sync), sync)) {
            List<Thread> threads = new ArrayList<>();
            List<TransportSwitchingReader> readers = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                TransportSwitchingReader reader =
                        new TransportSwitchingReader(hub::url, "k", client, new Random(random.nextLong()));
                readers.add(reader);
                threads.add(Thread.ofPlatform().start(reader));
            }
            List<String> published = new ArrayList<>();
            Thread publisher = Thread.ofPlatform().start(() -> publish(hub, client, published, acknowledged));
            for (int round = 0; round < rounds; round++) {
                assertThat(acknowledged.tryAcquire(1 + random.nextInt(400), 60, TimeUnit.SECONDS))
                        .as("publishing goes on, round %d with -Dsluice.seed=%d", round, seed)
                        .isTrue();
                hub.killAndStart();
            }
            publisher.interrupt();
            publisher.join(60_000);
            publishOne(hub, client, "end");
            published.add("end");
            for (Thread thread : threads) thread.join(60_000);
            for (TransportSwitchingReader reader : readers) {
                assertThat(reader.fault()).as("with -Dsluice.seed=%d", seed).isNull();
                assertThat(reader.data()).as("with -Dsluice.seed=%d", seed).isEqualTo(published);
                for (TransportSwitchingReader.Text text : reader.texts()) {
                    assertThat(String.join("", published.subList(text.after(), published.size())))
                            .as("raw text, with -Dsluice.seed=%d", seed)
                            .startsWith(text.text());
                }
            }
            System.out.println("received " + readers);
        }
    }

    /// Publishes until it is interrupted between two events.
    private static void publish(HubProcess hub, HttpClient client, List<String> published, Semaphore acknowledged) {
        for (int i = 0; !Thread.interrupted(); i++) {
            String data = "event " + i;
            publishOne(hub, client, data);
            published.add(data);
            acknowledged.release();
        }
    }

    private static void publishOne(HubProcess hub, HttpClient client, String data) {
        boolean interrupted = false;
        while (true) {
            var request = HttpRequest.newBuilder(URI.create(hub.url() + "/channels/k"))
                    .header("Idempotency-Key", data.replace(' ', '-'))
                    .timeout(Duration.ofSeconds(20))
                    .POST(HttpRequest.BodyPublishers.ofString(data))
                    .build();
            try {
                var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() != 201 && answer.statusCode() != 503) {
                    throw new AssertionError(answer.statusCode() + " " + answer.body());
                }
                if (answer.statusCode() == 201) break;
            } catch (IOException killed) {
                LockSupport.parkNanos(5_000_000); // The idempotency key prevents a duplicate.
            } catch (InterruptedException over) {
                interrupted = true; // Only after this event is acknowledged.
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }
}
