package dev.sluice.durablestreams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Sluice;
import dev.sluice.core.ChildHub;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A hub that is killed while a producer appends to a stream.
final class KillTest {
    private static final int ROUNDS = 4;
    private static final int APPENDS_MAX = 40;

    /// The hub, in a process of its own: its folder, port, and the path of its streams.
    public static final class Program {
        public static void main(String[] args) throws InterruptedException {
            var hub = Sluice.in(Path.of(args[0])).port(Integer.parseInt(args[1]));
            DurableStreams.on(hub, args[2]);
            hub.start();
            System.out.println(hub.uri());
            hub.await();
        }
    }

    @Test
    void storesEachAppendOfAProducerOnceThoughItIsKilled(@TempDir Path folder) throws Exception {
        long seed = System.nanoTime();
        var random = new Random(seed);
        int acknowledged = 0;
        try (var client = HttpClient.newHttpClient()) {
            for (int round = 0; round <= ROUNDS; round++) {
                try (var hub = ChildHub.start(Program.class, folder, 0, Streams.PATH)) {
                    URI stream = hub.uri().resolve(Streams.PATH + "/orders");
                    assertThat(Streams.send(
                                            client,
                                            stream,
                                            "PUT",
                                            BodyPublishers.noBody(),
                                            "Content-Type",
                                            "text/plain")
                                    .statusCode())
                            .isBetween(200, 201);
                    if (acknowledged > 0)
                        assertThat(append(client, stream, acknowledged - 1)).isEqualTo(204);
                    int before = acknowledged;
                    if (round < ROUNDS) {
                        long afterMs = random.nextLong(5, 400);
                        CompletableFuture.delayedExecutor(afterMs, TimeUnit.MILLISECONDS)
                                .execute(hub::kill);
                        acknowledged = appendUntilKilled(client, stream, before);
                    } else {
                        if (append(client, stream, acknowledged) != 409) acknowledged++;
                        String read = Streams.send(client, stream, "GET", BodyPublishers.noBody())
                                .body();
                        assertThat(read)
                                .as("seed " + seed)
                                .isEqualTo(IntStream.range(0, acknowledged)
                                        .mapToObj(n -> n + ";")
                                        .collect(Collectors.joining()));
                    }
                }
            }
        }
    }

    private static int appendUntilKilled(HttpClient client, URI stream, int from) throws Exception {
        for (int seq = from; seq < from + APPENDS_MAX; seq++) {
            try {
                assertThat(append(client, stream, seq)).isIn(200, 204);
            } catch (IOException killed) {
                return seq; // It may be in the log, and is sent again.
            }
        }
        return from + APPENDS_MAX;
    }

    private static int append(HttpClient client, URI stream, int seq) throws Exception {
        HttpResponse<String> response = Streams.send(
                client,
                stream,
                "POST",
                BodyPublishers.ofString(seq + ";"),
                "Content-Type",
                "text/plain",
                "Producer-Id",
                "till",
                "Producer-Epoch",
                "0",
                "Producer-Seq",
                "" + seq);
        return response.statusCode();
    }
}
