package dev.sluice.app.killed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.HttpChunk;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Kills (SIGKILL) what holds the leases of answers: the leases of authors that are alive go on, and the answers of
/// those that are lost get one last will, after all text that was acknowledged. Every run prints its seed, which
/// determines when a hub is killed and how much each author writes; timing adds more randomness.
final class LeaseKillTest {
    private static final int LIVING = 4;
    private static final int LOST = 6;
    private static final int WORDS_MAX = 20;

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private final long seed = Long.getLong("sluice.seed", Long.getLong("sluice.seeds", System.nanoTime()));
    private final Random random = new Random(seed);

    @AfterEach
    void close() {
        client.shutdownNow();
    }

    @Test
    void aKilledHubEndsTheAnswersOfLostAuthorsOnceAndNoOther() throws Exception {
        killRounds(3);
    }

    @Test
    @Tag("long")
    void aKilledHubEndsTheAnswersOfLostAuthorsOnceAndNoOtherInForty() throws Exception {
        killRounds(40);
    }

    private void killRounds(int rounds) throws Exception {
        System.out.printf("%d kills, -Dsluice.seed=%d%n", rounds, seed);
        try (HubProcess hub = new HubProcess(folder, "always");
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<LeasedAnswer> living = answers("living", LIVING, hub);
            List<LeasedAnswer> lost = new ArrayList<>();
            List<LeasedAnswer> uploads = new ArrayList<>();
            for (LeasedAnswer each : living) each.publish(60);
            for (int round = 0; round < rounds; round++) {
                List<LeasedAnswer> dying = answers("lost-" + round, LOST, hub);
                LeasedAnswer upload = answers("upload-" + round, 1, hub).getFirst();
                lost.addAll(dying);
                uploads.add(upload);
                List<Future<?>> writing = new ArrayList<>();
                for (LeasedAnswer each : dying) {
                    int words = 1 + random.nextInt(WORDS_MAX);
                    writing.add(threads.submit(() -> each.publish(words, 1)));
                }
                writing.add(threads.submit(() -> uploadUntilKilled(hub, upload.channel())));
                upload.awaitText();
                for (int i = 1 + random.nextInt(100); i > 0; i--)
                    for (LeasedAnswer each : living) each.publishAndRenew(60);
                hub.killAndStart();
                for (LeasedAnswer each : living) each.publishAndRenew(60);
                for (Future<?> each : writing) each.get(60, TimeUnit.SECONDS);
            }
            for (LeasedAnswer each : lost) each.requireLost();
            for (LeasedAnswer each : uploads) requirePrefix(each.read());
            living.getFirst().renew(1);
            living.getFirst().requireLost();
            for (LeasedAnswer each : living.subList(1, LIVING)) each.requireDone();
            System.out.printf(
                    "%d words of %d lost and %d living authors%n",
                    lost.stream().mapToInt(LeasedAnswer::words).sum()
                            + living.stream().mapToInt(LeasedAnswer::words).sum(),
                    lost.size(),
                    LIVING);
        } catch (AssertionError failed) {
            throw new AssertionError("-Dsluice.seed=" + seed + ": " + failed.getMessage(), failed);
        }
    }

    private List<LeasedAnswer> answers(String name, int count, HubProcess hub) {
        List<LeasedAnswer> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) answers.add(new LeasedAnswer(client, hub::url, "answers/" + name + "-" + i));
        return answers;
    }

    /// Streams lines until the connection breaks; their author is lost with it.
    private static void uploadUntilKilled(HubProcess hub, String channel) {
        URI uri = URI.create(hub.url());
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            String head = "POST /channels/" + channel + "?split=line&lease=1 HTTP/1.1\r\nHost: localhost\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < 1_000_000; i++) {
                byte[] line = (i + "\n").getBytes(StandardCharsets.US_ASCII);
                socket.getOutputStream().write(HttpChunk.encoded(line));
                LockSupport.parkNanos(1_000_000); // As a model writes.
            }
        } catch (IOException killed) {
            return;
        }
        throw new AssertionError("the hub was not killed");
    }

    private static void requirePrefix(List<String> words) {
        assertThat(words).endsWith(LeasedAnswer.WILL).containsOnlyOnce(LeasedAnswer.WILL);
        for (int i = 0; i < words.size() - 1; i++) assertThat(words.get(i)).isEqualTo(Integer.toString(i));
    }

    @Test
    void theOtherNodesEndTheAnswersOfAKilledNodeOnce() throws Exception {
        System.out.printf("-Dsluice.seed=%d%n", seed);
        try (ClusterProcesses cluster = new ClusterProcesses(folder, 3, client)) {
            int killed = random.nextBoolean() ? cluster.leader() : random.nextInt(3);
            int other = (killed + 1) % 3;
            List<LeasedAnswer> lost = new ArrayList<>();
            for (int i = 0; i < LOST; i++) {
                LeasedAnswer answer =
                        new LeasedAnswer(client, () -> cluster.node(killed).url(), "answers/lost-" + i);
                answer.publish(1 + random.nextInt(WORDS_MAX), 2);
                lost.add(answer.at(() -> cluster.node(other).url()));
            }
            LeasedAnswer living =
                    new LeasedAnswer(client, () -> cluster.node(killed).url(), "answers/living");
            living.publish(60);
            cluster.node(killed).kill();
            LeasedAnswer elsewhere = living.at(() -> cluster.node(other).url());
            elsewhere.publishAndRenew(60);
            for (LeasedAnswer each : lost) each.requireLost();
            cluster.node(killed).restart();
            for (LeasedAnswer each : lost)
                each.at(() -> cluster.node(killed).url()).requireLost();
            elsewhere.publishAndRenew(60);
            elsewhere.requireDone();
            cluster.awaitEqual();
        }
    }
}
