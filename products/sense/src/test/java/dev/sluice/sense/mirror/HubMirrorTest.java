package dev.sluice.sense.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.Event;
import dev.sluice.Message;
import dev.sluice.Response;
import dev.sluice.Sluice;
import dev.sluice.client.SluiceClient;
import dev.sluice.core.Ports;
import dev.sluice.sense.Sense;
import dev.sluice.sense.SenseOptions;
import dev.sluice.sense.json.SenseJson;
import dev.sluice.server.Await;
import dev.sluice.server.auth.identity.StaticKeys;
import dev.sluice.server.proxy.HostileProxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sense and another hub with an unreliable network in between.
class HubMirrorTest {
    private static final String KEY = StaticKeys.generate("sense", new SecureRandom());

    @TempDir
    private Path folder;

    private final AtomicInteger status = new AtomicInteger(200);
    private Sluice target;
    private Sluice elsewhere;
    private HostileProxy proxy;
    private Sluice own;
    private int sequence;

    @BeforeEach
    void start() throws Exception {
        target = Sluice.inMemory()
                .port(0)
                .withoutShutdownHook()
                .get("/health", _ -> Response.text("").status(status.get()))
                .start();
        elsewhere = elsewhere(Ports.free());
        proxy = HostileProxy.before(elsewhere.uri());
        startSense();
    }

    private Sluice elsewhere(int port) {
        return Sluice.in(folder.resolve("elsewhere"))
                .port(port)
                .withoutShutdownHook()
                .key(
                        "sense",
                        Map.of(
                                "hash",
                                StaticKeys.hash(KEY),
                                "publish",
                                List.of("sense/**"),
                                "subscribe",
                                List.of("sense/**")))
                .start();
    }

    private void startSense() throws Exception {
        Path file = Files.writeString(
                folder.resolve("sense.toml"), """
                    [[check]]
                    name = "shop"
                    type = "http"
                    url = "%shealth"
                    interval = "1s"
                    retry = "1s"
                    failures = 1
                    """.formatted(target.uri().resolve("/")));
        own = Sluice.in(folder.resolve("own")).port(0).withoutShutdownHook();
        var options = new SenseOptions(folder.resolve("sense.db"), file)
                .withHub(() -> SluiceClient.builder(proxy.uri("/")).token(() -> KEY));
        Sense sense = Sense.on(own, options);
        own.onClose(sense::close);
        own.start();
        sense.start();
    }

    @AfterEach
    void stop() {
        own.close();
        proxy.close();
        elsewhere.close();
        target.close();
    }

    @Test
    void alertsStatesAndSamplesArriveOnceOverCutsAndRestartsOfBothSides() throws Exception {
        awaitState(elsewhere, "up");
        publishSamples(3);
        awaitSamples(3);

        cut();
        status.set(503);
        awaitState(own, "down"); // Sense does not wait for the other hub.
        own.close();
        startSense();
        status.set(200);
        awaitState(own, "up");
        publishSamples(3);
        proxy.admit();
        awaitState(elsewhere, "up");
        awaitSamples(6);
        assertThat(alerts(elsewhere, 2)).containsExactly("opened 1", "closed 1");

        int port = elsewhere.port();
        elsewhere.close();
        status.set(503);
        awaitState(own, "down");
        elsewhere = elsewhere(port);
        status.set(200);
        awaitState(elsewhere, "up");
        publishSamples(1);
        awaitSamples(7);
        assertThat(alerts(elsewhere, 4)).containsExactly("opened 1", "closed 1", "opened 2", "closed 2");
        assertThat(alerts(own, 4)).isEqualTo(alerts(elsewhere, 4));
    }

    @Test
    void aDatabaseThatFailsForAWhileIsReportedAndNothingIsLostOrRepeated() throws Exception {
        awaitState(elsewhere, "up");
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("sense.db"));
                var statement = connection.createStatement()) {
            statement.execute("pragma busy_timeout = 60000");
            statement.execute("create trigger full before insert on definition when new.kind = 'mirror'"
                    + " begin select raise(abort, 'the disk is full'); end");
            awaitSelf("not forwarded: The database of Sense failed");
            status.set(503);
            awaitState(own, "down");
            statement.execute("drop trigger full");
        }
        awaitState(elsewhere, "down");
        assertThat(alerts(elsewhere, 1)).containsExactly("opened 1");
        List<String> passedOn = outcomes(elsewhere, 3);
        assertThat(outcomes(own, passedOn.size()).subList(0, passedOn.size())).isEqualTo(passedOn);
    }

    @Test
    void copiesDataOfAnyContentTypeBeforeAnAlert() throws Exception {
        awaitState(elsewhere, "up");
        var channel = own.channel("sense/samples/x");
        channel.publish("no JSON");
        channel.publish(Message.binary("image/png", new byte[] {1}));
        channel.publish(Message.json(Map.of("cpu", 5)));
        status.set(503);

        assertThat(alerts(elsewhere, 1)).containsExactly("opened 1");
        assertThat(elsewhere
                        .channels("sense/samples/x")
                        .earliest()
                        .read(10, Duration.ZERO)
                        .events())
                .extracting(Event::contentType, Event::text)
                .containsExactly(
                        tuple("text/plain", "no JSON"),
                        tuple("image/png", "\u0001"),
                        tuple("application/json", "{\"cpu\":5}"));
    }

    private void awaitSelf(String words) throws Exception {
        List<String> all = new CopyOnWriteArrayList<>();
        try (var reading = own.channels("sense/self").snapshot().subscribe(event -> all.add(event.text()))) {
            Await.that(
                    () -> all.stream().anyMatch(each -> each.contains(words)),
                    () -> all.getLast() + ", reading=" + reading.isOpen());
        }
    }

    /// Returns the outcomes of the check in their channel, at least `count`.
    private static List<String> outcomes(Sluice hub, int count) throws Exception {
        List<String> all = new CopyOnWriteArrayList<>();
        try (var reading = hub.channels("sense/samples/shop").earliest().subscribe(event -> all.add(event.text()))) {
            Await.that(() -> all.size() >= count, () -> "outcomes " + all + ", reading=" + reading.isOpen());
        }
        return List.copyOf(all);
    }

    private void cut() {
        proxy.refuse();
        proxy.reset();
    }

    /// Publishes like an agent whose network works.
    private void publishSamples(int count) {
        for (int i = 0; i < count; i++) {
            elsewhere
                    .channel("sense/samples/db-1")
                    .publish(Message.json(
                                    Map.of("at", Instant.now().toString(), "run", "a", "seq", ++sequence, "cpu", 5))
                            .type("server"));
        }
    }

    private void awaitSamples(int count) throws Exception {
        List<Integer> all = new CopyOnWriteArrayList<>();
        try (var reading = own.channels("sense/samples/db-1")
                .earliest()
                .types("server")
                .subscribe(event -> all.add((int) SenseJson.object(event.text()).get("seq")))) {
            Await.that(() -> all.size() >= count, () -> "samples " + all + ", reading=" + reading.isOpen());
        }
        assertThat(all).isEqualTo(IntStream.rangeClosed(1, count).boxed().toList());
    }

    private static void awaitState(Sluice hub, String state) throws Exception {
        List<String> all = new CopyOnWriteArrayList<>();
        try (var reading = hub.channels("sense/state").snapshot().subscribe(event -> {
            if (event.key().orElse("").equals("shop"))
                all.add(String.valueOf(SenseJson.object(event.text()).get("state")));
        })) {
            Await.that(() -> all.contains(state), () -> "states " + all + ", reading=" + reading.isOpen());
        }
    }

    /// Returns the first alerts with the ids of their incidents.
    private static List<String> alerts(Sluice hub, int count) throws Exception {
        List<String> all = new CopyOnWriteArrayList<>();
        try (var reading = hub.channels("sense/alerts").earliest().subscribe(event -> all.add(text(event)))) {
            Await.that(() -> all.size() >= count, () -> "alerts " + all + ", reading=" + reading.isOpen());
        }
        return List.copyOf(all);
    }

    private static String text(Event event) {
        return event.type() + " " + SenseJson.object(event.text()).get("id");
    }
}
