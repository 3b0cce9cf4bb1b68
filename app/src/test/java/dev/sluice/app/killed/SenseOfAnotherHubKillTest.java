package dev.sluice.app.killed;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.client.Event;
import dev.sluice.client.Message;
import dev.sluice.client.SluiceClient;
import dev.sluice.client.SubscribeRequest;
import dev.sluice.client.Subscription;
import dev.sluice.sense.agent.Agent;
import dev.sluice.server.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Kills a hub, or the nodes of a cluster, and the Sense that uses it (`sluice sense --hub`) at random moments
/// (SIGKILL), while a check fails and recovers and an agent reports: at the end, both have the same events. The seed is
/// printed, and what was counted (`docs/evidence/sense.md`).
final class SenseOfAnotherHubKillTest {
    private static final int KILLS = 14;

    /// Runs of the check between two kills, at most; one a second.
    private static final int RUNS_MAX = 4;

    private final AtomicInteger runs = new AtomicInteger();
    private final Semaphore ran = new Semaphore(0);

    @TempDir
    private Path folder;

    @Test
    @Tag("long")
    void losesNothingAndRepeatsAtMostOneGroupPerKill() throws Exception {
        long seed = Long.getLong("sluice.seed", System.nanoTime());
        System.out.printf("%d kills, -Dsluice.seed=%d%n", KILLS, seed);
        var random = new Random(seed);
        HttpServer target = target();
        try (var hub = new HubProcess(List.of(), folder.resolve("hub"))) {
            Path file = checks(target);
            try (var sense = new HubProcess(
                            List.of(), "sense", folder.resolve("sense"), "--hub=" + hub.url(), "--config=" + file);
                    var agent = new Agent(
                            "db-1",
                            Duration.ofMillis(50),
                            () -> Map.of("cpu", 1),
                            Clock.systemUTC(),
                            SluiceClient.builder(URI.create(hub.url())))) {
                Thread reporting = Thread.ofPlatform().start(() -> run(agent));
                int killsOfSense = 0;
                for (int i = 0; i < KILLS; i++) {
                    ran.drainPermits();
                    assertThat(ran.tryAcquire(1 + random.nextInt(RUNS_MAX), 60, TimeUnit.SECONDS))
                            .as("checks go on, kill %d with -Dsluice.seed=%d", i, seed)
                            .isTrue();
                    boolean isSense = random.nextBoolean();
                    if (isSense) killsOfSense++;
                    (isSense ? sense : hub).killAndStart();
                }
                Await.that(() -> agent.waiting() < 5);
                reporting.interrupt();
                reporting.join();
                compare(hub.url(), sense.url(), killsOfSense);
                System.out.printf("%d of %d kills were of Sense%n", killsOfSense, KILLS);
            }
        } finally {
            target.stop(0);
        }
    }

    /// Sense goes from node to node in their order, so each kill is of the node that it talks to.
    @Test
    @Tag("long")
    void writesEachEventOnceWhenItsNodeOfAClusterIsKilled() throws Exception {
        HttpServer target = target();
        try (var client = HttpClient.newHttpClient();
                var cluster = new ClusterProcesses(folder, 3, client)) {
            List<String> urls = IntStream.range(0, cluster.size())
                    .mapToObj(each -> cluster.node(each).url())
                    .toList();
            try (var sense = new HubProcess(
                            List.of(),
                            "sense",
                            folder.resolve("sense"),
                            "--hub=" + String.join(",", urls),
                            "--config=" + checks(target));
                    var agent = new Agent(
                            "db-1",
                            Duration.ofMillis(50),
                            () -> Map.of("cpu", 1),
                            Clock.systemUTC(),
                            SluiceClient.builder(URI.create(urls.getFirst()))
                                    .nodes(urls.stream()
                                            .skip(1)
                                            .map(URI::create)
                                            .toList()))) {
                Thread reporting = Thread.ofPlatform().start(() -> run(agent));
                for (int i = 0; i < 2 * cluster.size(); i++) {
                    ran.drainPermits();
                    assertThat(ran.tryAcquire(RUNS_MAX, 60, TimeUnit.SECONDS))
                            .as("checks go on, kill %d", i)
                            .isTrue();
                    cluster.node(i % cluster.size()).killAndStart();
                }
                Await.that(() -> agent.waiting() < 5);
                reporting.interrupt();
                reporting.join();
                for (String each : urls) compare(each, sense.url(), 0);
            }
        } finally {
            target.stop(0);
        }
    }

    private Path checks(HttpServer target) throws IOException {
        return Files.writeString(
                folder.resolve("sense.toml"), """
                [[check]]
                name = "shop"
                type = "http"
                url = "http://localhost:%d/"
                interval = "1s"
                retry = "1s"
                failures = 1
                flap_outages = 0
                """.formatted(target.getAddress().getPort()));
    }

    /// Fails for three runs, and passes for the next three.
    private HttpServer target() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(runs.incrementAndGet() / 3 % 2 == 0 ? 200 : 503, -1);
            exchange.close();
            ran.release();
        });
        server.start();
        return server;
    }

    private static void run(Agent agent) {
        try {
            agent.run();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private static void compare(String hub, String sense, int killsOfSense) throws Exception {
        try (var there = SluiceClient.to(hub);
                var here = SluiceClient.to(sense);
                var alertsThere = reading(there, "sense/alerts", Event::text, "opened", "closed");
                var alertsHere = reading(here, "sense/alerts", Event::text, "opened", "closed");
                var outcomesThere = reading(there, "sense/samples/shop", Event::text, "sample");
                var outcomesHere = reading(here, "sense/samples/shop", Event::text, "sample");
                var samplesThere = reading(there, "sense/samples/db-1", SenseOfAnotherHubKillTest::sequence, "server");
                var samplesHere = reading(here, "sense/samples/db-1", SenseOfAnotherHubKillTest::sequence, "server")) {
            Await.that(() -> outcomesHere.all.size() > 3);
            String last = outcomesHere.all.getLast();
            int alerts = alertsHere.all.size();
            Await.that(() -> outcomesThere.all.contains(last) && alertsThere.all.size() >= alerts);
            Await.that(() -> samplesThere.all.equals(samplesHere.all), () -> samplesHere.all + " " + samplesThere.all);

            assertThat(alertsThere.all).doesNotHaveDuplicates();
            assertThat(alertsHere.all).startsWith(alertsThere.all.toArray(String[]::new));
            List<String> distinct = List.copyOf(new LinkedHashSet<>(outcomesThere.all));
            int repeated = outcomesThere.all.size() - distinct.size();
            assertThat(repeatedGroups(outcomesThere.all)).isLessThanOrEqualTo(killsOfSense);
            assertThat(outcomesHere.all).doesNotHaveDuplicates().startsWith(distinct.toArray(String[]::new));
            assertThat(samplesThere.all)
                    .isEqualTo(IntStream.rangeClosed(1, samplesThere.all.size())
                            .mapToObj(Integer::toString)
                            .toList());
            System.out.printf(
                    "%d alerts, %d samples of the agent, %d outcomes, %d of them repeated%n",
                    alertsThere.all.size(), samplesThere.all.size(), distinct.size(), repeated);
        }
    }

    /// How often events come again, one after the other.
    private static int repeatedGroups(List<String> all) {
        var seen = new HashSet<String>();
        int groups = 0;
        boolean isRepeating = false;
        for (String each : all) {
            boolean isNew = seen.add(each);
            if (!isNew && !isRepeating) groups++;
            isRepeating = !isNew;
        }
        return groups;
    }

    private static String sequence(Event event) {
        var found = Pattern.compile("\"seq\":(\\d+)").matcher(event.text());
        return found.find() ? found.group(1) : "";
    }

    /// All events of a channel, from the first.
    private record Reading(Subscription subscription, List<String> all) implements AutoCloseable {
        @Override
        public void close() {
            subscription.close();
        }
    }

    private static Reading reading(SluiceClient hub, String channel, Function<Event, String> text, String... types) {
        var all = new CopyOnWriteArrayList<String>();
        Subscription subscription =
                hub.subscribe(SubscribeRequest.to(channel).types(types).fromEarliest());
        Thread.ofVirtual().start(() -> {
            for (Message message : subscription) if (message instanceof Event event) all.add(text.apply(event));
        });
        return new Reading(subscription, all);
    }
}
