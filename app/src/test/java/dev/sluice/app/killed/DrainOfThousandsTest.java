package dev.sluice.app.killed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Drains a hub under 5,000 clients, and starts it again on its log, as a supervisor would. Its output is in
/// `docs/evidence/drain.md`.
@Tag("long")
@Tag("alone")
final class DrainOfThousandsTest {
    private static final int READERS = 5_000;
    private static final int DRAIN_SECONDS = 30;
    private static final int LEAD_SECONDS = DRAIN_SECONDS / 6;
    private static final int EVENTS_PER_SECOND = 4;

    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private volatile boolean isPublishing = true;
    private volatile int published;

    @Test
    void losesNothingAndSpreadsTheReconnects() throws Exception {
        try (HubProcess hub = new HubProcess(
                List.of(),
                folder,
                "--set=storage.sync=interval",
                "--set=storage.tail_max=64KiB",
                "--set=drain_time=" + DRAIN_SECONDS + "s")) {
            int port = URI.create(hub.url()).getPort();
            Thread publisher = Thread.ofVirtual().start(() -> publish(hub));
            List<DrainedReader> readers = IntStream.range(0, READERS)
                    .mapToObj(i -> new DrainedReader(kind(i), port))
                    .toList();
            List<Thread> threads = new ArrayList<>();
            for (DrainedReader reader : readers) {
                threads.add(Thread.ofVirtual().start(reader));
                LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(500));
            }
            await("all read", () -> readers.stream().allMatch(each -> each.last() > 0));
            for (DrainedReader each : readers) each.resumed.clear(); // Of polls.

            long begin = System.nanoTime();
            hub.signal("TERM");
            hub.awaitEndAndStart();
            long up = System.nanoTime();
            await(
                    "all are back",
                    () -> readers.stream()
                            .allMatch(each -> each.resumed.stream().anyMatch(at -> at > up)));
            isPublishing = false;
            publisher.join();
            await(
                    "all have all",
                    () -> readers.stream().allMatch(each -> each.last() == published || each.failure() != null));
            assertThat(readers).extracting(DrainedReader::failure).containsOnlyNulls();

            System.out.printf(
                    "%d readers, %d events; the hub was up again after %.1f s%n",
                    READERS, published, (up - begin) / 1e9);
            Map<Integer, Integer> ends = histogram("streams ended", readers, begin, each -> each.ended);
            histogram("refused, with a time to come back", readers, begin, each -> each.refused);
            Map<Integer, Integer> due = histogram("told to come back", readers, begin, each -> each.due);
            histogram("came back", readers, begin, each -> firstAfter(each.resumed, up));
            assertThat(ends.keySet()).allMatch(second -> second >= LEAD_SECONDS - 1);
            int streams = ends.values().stream().mapToInt(each -> each).sum();
            assertThat(ends.values()).allMatch(each -> each <= 3 * streams / (DRAIN_SECONDS - LEAD_SECONDS));
            assertThat(due.values()).as("no stampede").allMatch(each -> each <= READERS / 2);
            readers.forEach(DrainedReader::end);
            threads.forEach(Thread::interrupt);
        }
    }

    private static DrainedReader.Kind kind(int i) {
        return i % 5 == 4
                ? DrainedReader.Kind.LONG_POLL
                : i % 5 % 2 == 0 ? DrainedReader.Kind.SSE : DrainedReader.Kind.WEBSOCKET;
    }

    private static List<Long> firstAfter(Queue<Long> times, long from) {
        return times.stream().filter(at -> at > from).limit(1).toList();
    }

    /// Counts by the second since the beginning of the drain, and prints the counts.
    private static Map<Integer, Integer> histogram(
            String title, List<DrainedReader> readers, long begin, Function<DrainedReader, Iterable<Long>> times) {
        Map<Integer, Integer> counts = new TreeMap<>();
        for (DrainedReader each : readers)
            for (long at : times.apply(each))
                if (at >= begin) counts.merge((int) TimeUnit.NANOSECONDS.toSeconds(at - begin), 1, Integer::sum);
        System.out.println(title);
        counts.forEach((second, count) ->
                System.out.printf("%4d s %5d %s%n", second, count, "#".repeat((count + 19) / 20)));
        return counts;
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; i < 1_800; i++) {
            if (condition.getAsBoolean()) return;
            TimeUnit.MILLISECONDS.sleep(100);
        }
        throw new AssertionError("not within three minutes: " + what);
    }

    /// Publishes numbers, each until the hub has it.
    private void publish(HubProcess hub) {
        while (isPublishing) {
            int next = published + 1;
            int status = post(hub.url() + "/channels/n", Integer.toString(next), next);
            if (status == 201 || status == 200) published = next;
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1) / EVENTS_PER_SECOND);
        }
    }

    private int post(String url, String body, int key) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(60))
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", "n-" + key)
                .POST(BodyPublishers.ofString(body))
                .build();
        try {
            return http.send(request, BodyHandlers.discarding()).statusCode();
        } catch (IOException away) {
            return 0; // The hub restarts: the publisher tries again.
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }
}
