package dev.sluice.sense.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Event;
import dev.sluice.Sluice;
import dev.sluice.client.RefusedException;
import dev.sluice.client.SluiceClient;
import dev.sluice.core.Ports;
import dev.sluice.sense.json.SenseJson;
import dev.sluice.sense.link.HubSender;
import dev.sluice.server.Await;
import dev.sluice.server.auth.identity.StaticKeys;
import dev.sluice.server.proxy.HostileProxy;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An agent and a hub with an unreliable network in between.
class AgentTest {
    private static final String KEY = StaticKeys.generate("db-1", new SecureRandom());

    @TempDir
    private Path folder;

    private static Sluice hub() {
        return start(Sluice.inMemory().port(0), "db-1", KEY);
    }

    private static Sluice start(Sluice hub, String kid, String key) {
        return hub.withoutShutdownHook()
                .key(kid, Map.of("hash", StaticKeys.hash(key), "publish", List.of("sense/samples/" + kid)))
                .start();
    }

    private static Agent agent(String name, URI hub) {
        return new Agent(
                name,
                Duration.ofMillis(5),
                () -> Map.of("cpu", 1),
                Clock.systemUTC(),
                SluiceClient.builder(hub).token(() -> KEY));
    }

    @Test
    void sendsWhatACutKeptBackInOrderAndOnce() throws Exception {
        try (var hub = hub();
                var proxy = HostileProxy.before(hub.uri());
                var agent = agent("db-1", proxy.uri("/"))) {
            List<Integer> got = new CopyOnWriteArrayList<>();
            hub.channel("sense/samples/db-1").subscribe(event -> got.add(sequence(event)));
            Thread running = Thread.ofVirtual().start(() -> run(agent));

            for (int cut = 0; cut < 3; cut++) {
                awaitMore(got, 20);
                if (cut == 1) proxy.blackHole(); // Neither requests nor responses arrive.
                proxy.refuse();
                if (cut != 1) proxy.reset();
                int before = agent.waiting();
                Await.that(() -> agent.waiting() > before + 50);
                proxy.reset();
                proxy.admit();
                Await.that(() -> agent.waiting() < 50);
            }
            awaitMore(got, 20);
            running.interrupt();
            running.join();

            List<Integer> all = List.copyOf(got);
            assertThat(all)
                    .isEqualTo(IntStream.rangeClosed(1, all.size()).boxed().toList());
        }
    }

    @Test
    void countsWhatItDropsDuringALongCut() throws Exception {
        try (var hub = hub();
                var proxy = HostileProxy.before(hub.uri());
                var agent = new Agent(
                        "db-1",
                        Duration.ofMillis(5),
                        () -> Map.of("cpu", 1),
                        Clock.systemUTC(),
                        new HubSender(SluiceClient.builder(proxy.uri("/")).token(() -> KEY), _ -> {}),
                        20_000)) {
            List<Map<String, Object>> got = new CopyOnWriteArrayList<>();
            hub.channel("sense/samples/db-1").subscribe(event -> got.add(SenseJson.object(event.text())));
            Thread running = Thread.ofVirtual().start(() -> run(agent));
            Await.that(() -> got.size() >= 5);
            proxy.refuse();
            proxy.reset();
            Await.that(() -> agent.dropped() > 20);
            proxy.admit();
            Await.that(() -> Objects.equals(got.getLast().get("dropped"), (int) agent.dropped()));
            running.interrupt();
            running.join();

            List<Map<String, Object>> all = List.copyOf(got);
            int dropped = (int) all.getLast().get("dropped");
            assertThat((int) all.getLast().get("seq") - all.size()).isEqualTo(dropped);
        }
    }

    @Test
    void countsSamplesThatTheHubNeverTakesAndSendsTheOthers() throws Exception {
        var big = new AtomicBoolean(true);
        try (var hub = hub();
                var agent = new Agent(
                        "db-1",
                        Duration.ofMillis(5),
                        () -> big.get() ? Map.of("name", "x".repeat(2 << 20)) : Map.of("cpu", 1),
                        Clock.systemUTC(),
                        SluiceClient.builder(hub.uri()).token(() -> KEY))) {
            List<Map<String, Object>> got = new CopyOnWriteArrayList<>();
            hub.channel("sense/samples/db-1").subscribe(event -> got.add(SenseJson.object(event.text())));
            Thread running = Thread.ofVirtual().start(() -> run(agent));
            Await.that(() -> agent.dropped() > 0);
            big.set(false);
            Await.that(() -> agent.waiting() < 20 && got.size() > 5);
            Await.that(() -> Objects.equals(got.getLast().get("dropped"), (int) agent.dropped()));
            assertThat((int) got.getLast().get("seq") - got.size()).isEqualTo((int) agent.dropped());
            running.interrupt();
            running.join();
        }
    }

    private static void run(Agent agent) {
        try {
            agent.run();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private static int sequence(Event event) {
        return (int) SenseJson.object(event.text()).get("seq");
    }

    private static void awaitMore(List<Integer> got, int more) {
        int before = got.size();
        Await.that(() -> got.size() >= before + more);
    }

    @Test
    void saysThatItsKeyWasRevokedAndSendsWhatItKeptWithTheNextOne() throws Exception {
        List<String> refusals = new CopyOnWriteArrayList<>();
        int port = Ports.free();
        var hub = start(Sluice.in(folder).port(port), "db-1", KEY);
        var sender =
                new HubSender(SluiceClient.builder(hub.uri()).token(() -> KEY), refusals::add, Duration.ofMillis(50));
        try (var agent =
                new Agent("db-1", Duration.ofMillis(5), () -> Map.of("cpu", 1), Clock.systemUTC(), sender, 1 << 20)) {
            List<Integer> first = new CopyOnWriteArrayList<>();
            hub.channel("sense/samples/db-1").subscribe(event -> first.add(sequence(event)));
            Thread running = Thread.ofVirtual().start(() -> run(agent));
            awaitMore(first, 5);

            hub.close();
            hub = start(Sluice.in(folder).port(port), "db-2", StaticKeys.generate("db-2", new SecureRandom()));
            Await.that(() -> refusals.size() > 2);
            assertThat(refusals.getFirst()).startsWith("it refuses events: ").doesNotContain(KEY);
            int before = agent.waiting();
            Await.that(() -> agent.waiting() > before + 20);

            hub.close();
            hub = start(Sluice.in(folder).port(port), "db-1", KEY);
            List<Integer> got = new CopyOnWriteArrayList<>();
            hub.channels("sense/samples/db-1").earliest().subscribe(event -> got.add(sequence(event)));
            Await.that(() -> agent.waiting() < 20);
            awaitMore(got, 20);
            running.interrupt();
            running.join();
            assertThat(agent.dropped()).isZero();
            List<Integer> all = List.copyOf(got);
            assertThat(all)
                    .isEqualTo(IntStream.rangeClosed(1, all.size()).boxed().toList());
        } finally {
            hub.close();
        }
    }

    @Test
    void endsAtOnceIfItsKeyIsForAnotherName() throws Exception {
        try (var hub = hub();
                var agent = agent("db-2", hub.uri())) {
            assertThatThrownBy(agent::run).isInstanceOf(RefusedException.class).hasMessageNotContaining(KEY);
        }
    }
}
