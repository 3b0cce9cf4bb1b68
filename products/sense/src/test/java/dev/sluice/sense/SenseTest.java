package dev.sluice.sense;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Event;
import dev.sluice.Response;
import dev.sluice.Sluice;
import dev.sluice.sense.json.SenseJson;
import dev.sluice.server.auth.identity.StaticKeys;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.DriverManager;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sense on a hub, with a real target, a real receiver and real clients.
class SenseTest {
    private static final String KEY = StaticKeys.generate("reader", new SecureRandom());

    private record Received(String id, String time, String signature, String body) {
        Map<String, Object> json() {
            return SenseJson.object(body);
        }
    }

    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicInteger status = new AtomicInteger(200);
    private final AtomicInteger serviceStatus = new AtomicInteger(200);
    private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
    private Sluice target;

    @TempDir
    private Path folder;

    @BeforeEach
    void startTargetAndReceiver() {
        target = Sluice.inMemory()
                .port(0)
                .withoutShutdownHook()
                .get("/health", _ -> Response.text("all well").status(status.get()))
                .post("/hook", request -> {
                    if (serviceStatus.get() == 200) {
                        received.add(new Received(
                                request.header("webhook-id").orElse(""),
                                request.header("webhook-timestamp").orElse(""),
                                request.header("webhook-signature").orElse(""),
                                request.text()));
                    }
                    return Response.empty().status(serviceStatus.get());
                })
                .start();
    }

    @AfterEach
    void stopTarget() {
        target.close();
    }

    private Path file(String more) throws Exception {
        return Files.writeString(
                folder.resolve("sense.toml"), """
                [[notifier]]
                name = "ops"
                type = "webhook"
                url = "%1$shook"
                secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

                [[check]]
                name = "shop"
                title = "The shop"
                type = "http"
                url = "%1$shealth"
                interval = "1s"
                retry = "1s"
                failures = 2
                expect_text = "well"
                """.formatted(target.uri().resolve("/")) + more);
    }

    private Sluice hub() {
        return Sluice.inMemory().port(0).withoutShutdownHook();
    }

    @Test
    void alertsOnceWhenATargetFailsAndOnceWhenItIsBack() throws Exception {
        Path file = file("");
        try (var hub = hub();
                var sense = Sense.on(hub, new SenseOptions(folder.resolve("sense.db"), file))) {
            hub.start();
            BlockingQueue<Event> states = new LinkedBlockingQueue<>();
            BlockingQueue<Event> stories = new LinkedBlockingQueue<>();
            hub.channels("sense/state").earliest().subscribe(states::add);
            hub.channels("sense/incidents").earliest().subscribe(stories::add);
            sense.start();
            awaitState(states, "up");

            status.set(503);
            awaitState(states, "failing");
            awaitState(states, "down");
            Received opened = received.poll(60, TimeUnit.SECONDS);
            assertThat(opened).isNotNull();
            assertThat(opened.json())
                    .containsEntry("type", "opened")
                    .containsEntry("check", "shop")
                    .containsEntry("expected", "status 2xx")
                    .containsEntry("found", "503");
            assertThat(opened.signature()).isEqualTo("v1," + hmac(opened));

            status.set(200);
            awaitState(states, "up");
            Received closed = received.poll(60, TimeUnit.SECONDS);
            assertThat(closed).isNotNull();
            assertThat(closed.json()).containsEntry("type", "closed").containsKey("downtime_s");
            assertThat(closed.id()).isNotEqualTo(opened.id());
            assertThat(received).isEmpty();

            String incident = "/sense/api/incidents/" + opened.json().get("incident");
            assertThat(get(hub, incident)).containsEntry("ending", "recovered");
            assertThat(await(stories, "\"result\":\"sent\"")).contains("\"kind\":\"opened\"");
            assertThat(await(stories, "\"result\":\"sent\"")).contains("\"kind\":\"closed\"");
            send(hub, "POST", incident + "/acknowledge", "{\"by\":\"Ada\"}");
            assertThat(await(stories, "Ada")).contains("acknowledged_by");
            send(hub, "POST", incident + "/comments", "{\"text\":\"it was the disk\"}");
            assertThat(await(stories, "it was the disk")).contains("author");
            assertThat(get(hub, incident).toString()).contains("it was the disk", "Ada");
        }
    }

    @Test
    void keepsWhatWasNotAcceptedAndSendsItAfterARestartWithTheSameId() throws Exception {
        Path file = file("");
        var options = new SenseOptions(folder.resolve("sense.db"), file);
        status.set(500);
        serviceStatus.set(503);
        try (var hub = hub();
                var sense = Sense.on(hub, options)) {
            hub.start();
            BlockingQueue<Event> alerts = new LinkedBlockingQueue<>();
            hub.channels("sense/alerts").earliest().subscribe(alerts::add);
            sense.start();
            assertThat(alerts.poll(60, TimeUnit.SECONDS)).isNotNull();
        }
        serviceStatus.set(200);
        status.set(200);
        try (var hub = hub();
                var sense = Sense.on(hub, options)) {
            hub.start();
            sense.start();
            assertThat(received.poll(60, TimeUnit.SECONDS).json()).containsEntry("type", "opened");
            assertThat(received.poll(60, TimeUnit.SECONDS).json()).containsEntry("type", "closed");
        }
    }

    @Test
    void showsStatesWhileItsDatabaseFailsAndAlertsWhenThatIsMended() throws Exception {
        Path database = folder.resolve("sense.db");
        try (var hub = hub();
                var sense = Sense.on(hub, new SenseOptions(database, file("")));
                var connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                var statement = connection.createStatement()) {
            hub.start();
            BlockingQueue<Event> states = new LinkedBlockingQueue<>();
            BlockingQueue<Event> self = new LinkedBlockingQueue<>();
            hub.channels("sense/state").earliest().subscribe(states::add);
            hub.channels("sense/self").earliest().subscribe(self::add);
            sense.start();
            awaitState(states, "up");
            statement.execute("pragma busy_timeout = 60000");
            for (String table : List.of("incident", "definition"))
                statement.execute("create trigger full_" + table + " before insert on " + table
                        + " begin select raise(abort, 'full'); end");

            status.set(503);
            awaitState(states, "down");
            assertThat(await(self, "database_problem")).contains("full", "\"incidents_waiting\":1");
            assertThat(received).isEmpty();
            for (String table : List.of("incident", "definition")) statement.execute("drop trigger full_" + table);
            assertThat(received.poll(60, TimeUnit.SECONDS).json()).containsEntry("type", "opened");
            await(self, "\"incidents_waiting\":0");
            assertThat(get(hub, "/sense/api/self")).doesNotContainKey("database_problem");
        }
    }

    @Test
    void addsTriesAndRemovesChecksThroughTheApiWhichReportsMistakesByKey() throws Exception {
        try (var hub = hub();
                var sense = Sense.on(hub, new SenseOptions(null, file("")))) {
            hub.start();
            sense.start();
            String definition =
                    "{'type':'http','url':'%shealth','interval':'5s','headers':{'Authorization':'Bearer x'}}"
                            .formatted(target.uri().resolve("/"))
                            .replace('\'', '"');
            assertThat(send(hub, "POST", "/sense/api/try", definition).body()).contains("\"result\":\"passed\"");
            assertThat(send(hub, "PUT", "/sense/api/checks/site", definition).body())
                    .contains("********")
                    .doesNotContain("Bearer");
            assertThat(get(hub, "/sense/api/checks/site")).containsEntry("type", "http");

            String unset = definition.replace("\"type\"", "\"title\":null,\"type\"");
            assertThat(send(hub, "POST", "/sense/api/try", unset).body()).contains("\"result\":\"passed\"");
            assertThat(send(hub, "PUT", "/sense/api/checks/site", unset).body())
                    .contains("********")
                    .doesNotContain("title");
            assertThat(get(hub, "/sense/api/checks/site")).containsEntry("title", "site");

            var mistaken =
                    send(hub, "PUT", "/sense/api/checks/site", "{\"type\":\"http\",\"interval\":\"soon\",\"ulr\":1}");
            assertThat(mistaken.statusCode()).isEqualTo(400);
            assertThat(mistaken.body()).contains("\"key\":\"interval\"", "\"key\":\"url\"", "\"key\":\"ulr\"");
            String moved =
                    definition.replace("health", "other").replace("{\"Authorization\":\"Bearer x\"}", "\"********\"");
            assertThat(send(hub, "PUT", "/sense/api/checks/site", moved).body()).contains("\"key\":\"headers\"");
            assertThat(send(hub, "PUT", "/sense/api/checks/shop", definition).body())
                    .contains("defined in the file");

            var log = "{\"secret\":null,\"type\":\"webhook\",\"url\":\""
                    + target.uri().resolve("/hook") + "\"}";
            for (int i = 1; i < 200; i++) { // The file already has one.
                assertThat(send(hub, "PUT", "/sense/api/notifiers/n" + i, log).statusCode())
                        .isLessThan(300);
            }
            assertThat(send(hub, "PUT", "/sense/api/notifiers/n1", log).statusCode())
                    .as("changed")
                    .isLessThan(300);
            assertThat(send(hub, "PUT", "/sense/api/notifiers/n200", log).body())
                    .contains("at most 200");

            assertThat(send(hub, "DELETE", "/sense/api/checks/site", "").statusCode())
                    .isEqualTo(204);
            assertThat(send(hub, "GET", "/sense/api/checks/site", "").statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void takesTheDefinitionOfAHeartbeatBackAsItWasRead() throws Exception {
        try (var hub = hub();
                var sense = Sense.on(hub, new SenseOptions(null, null))) {
            hub.start();
            sense.start();
            send(hub, "PUT", "/sense/api/checks/job", "{\"type\":\"heartbeat\",\"period\":\"1h\"}");
            String read =
                    send(hub, "GET", "/sense/api/checks/job/definition", "").body();
            assertThat(read).contains("\"beat\":\"");
            var written = send(hub, "PUT", "/sense/api/checks/job", read.replace("1h", "2h"));
            assertThat(written.statusCode()).as(written.body()).isEqualTo(200);
            assertThat(SenseJson.object(written.body())).isEqualTo(SenseJson.object(read.replace("1h", "2h")));
            assertThat(send(hub, "POST", "/sense/api/try", read).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void refusesAMaintenanceWindowThatEndsInTheMillisecondInWhichItBegins() throws Exception {
        try (var hub = hub();
                var sense = Sense.on(hub, new SenseOptions(null, null))) {
            hub.start();
            sense.start();
            String window = "{\"begins\":\"2999-12-24T20:00:00.0001Z\",\"ends\":\"2999-12-24T20:00:00.000%sZ\"}";
            assertThat(send(hub, "POST", "/sense/api/maintenance", window.formatted("2"))
                            .statusCode())
                    .isEqualTo(400);
            assertThat(send(hub, "GET", "/sense/api/maintenance", "").body()).isEqualTo("{\"windows\":[]}");
            assertThat(send(hub, "POST", "/sense/api/maintenance", window.replace("000%s", "001"))
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void letsOnlyItselfWriteItsChannelsAndOnlyAdministratorsChangeChecks() throws Exception {
        try (var hub = hub().key(
                                "reader",
                                Map.of(
                                        "hash",
                                        StaticKeys.hash(KEY),
                                        "subscribe",
                                        List.of("sense/**"),
                                        "publish",
                                        List.of("**")));
                var sense = Sense.on(hub, new SenseOptions(null, file("")))) {
            hub.start();
            sense.start();
            assertThat(send(hub, "GET", "/sense/api/checks", "").statusCode()).isEqualTo(401);
            assertThat(asReader(hub, "GET", "/sense/api/checks")).isEqualTo(200);
            assertThat(asReader(hub, "DELETE", "/sense/api/checks/shop")).isEqualTo(403);
            assertThat(asReader(hub, "POST", "/channels/sense/state")).isEqualTo(403);
            assertThat(asReader(hub, "POST", "/channels/sense/alerts")).isEqualTo(403);
            assertThat(asReader(hub, "POST", "/channels/sense/samples/db-1")).isEqualTo(201);
        }
    }

    @Test
    void readsItsFileAgainWhenItChangesAndKeepsTheOldChecksIfItHasMistakes() throws Exception {
        Path file = file("");
        try (var hub = hub();
                var sense = Sense.on(hub, new SenseOptions(null, file))) {
            hub.start();
            BlockingQueue<Event> states = new LinkedBlockingQueue<>();
            BlockingQueue<Event> self = new LinkedBlockingQueue<>();
            hub.channels("sense/state").earliest().subscribe(states::add);
            hub.channels("sense/self").earliest().subscribe(self::add);
            sense.start();
            awaitState(states, "up");

            file("[[check]]\nname = \"cache\"\ntype = \"tcp\"\nhost = \"localhost\"\nport = \"many\"\n");
            assertThat(await(self, "file_problem")).contains("sense.toml:20:1", "check.port");
            assertThat(get(hub, "/sense/api/checks").toString())
                    .contains("shop")
                    .doesNotContain("cache");

            file("[[check]]\nname = \"cache\"\ntype = \"tcp\"\nhost = \"localhost\"\nport = " + target.port() + "\n");
            assertThat(await(states, "\"cache\"")).contains("tcp");
        }
    }

    @Test
    void removesTheStateOfACheckThatLeftTheFileWhileItWasStopped() throws Exception {
        String more =
                "[[check]]\nname = \"cache\"\ntype = \"tcp\"\nhost = \"localhost\"\nport = " + target.port() + "\n";
        var options = new SenseOptions(folder.resolve("sense.db"), file(more));
        try (var hub = hub();
                var sense = Sense.on(hub, options)) {
            hub.start();
            sense.start();
        }
        file("");
        try (var hub = hub();
                var sense = Sense.on(hub, options)) {
            hub.start();
            BlockingQueue<Event> states = new LinkedBlockingQueue<>();
            hub.channels("sense/state").earliest().subscribe(states::add);
            sense.start();
            Event removed = states.poll(60, TimeUnit.SECONDS);
            while (removed != null && !removed.isRemoved()) removed = states.poll(60, TimeUnit.SECONDS);
            assertThat(removed).as("the removal of a state").isNotNull();
            assertThat(removed.key()).contains("cache");
        }
    }

    private static String await(BlockingQueue<Event> events, String text) throws InterruptedException {
        while (true) {
            Event event = events.poll(60, TimeUnit.SECONDS);
            assertThat(event).as("no event with " + text).isNotNull();
            if (event.text().contains(text)) return event.text();
        }
    }

    private static void awaitState(BlockingQueue<Event> events, String state) throws InterruptedException {
        await(events, "\"state\":\"" + state + "\"");
    }

    private static String hmac(Received message) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Base64.getDecoder().decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), "HmacSHA256"));
        String signed = message.id() + "." + message.time() + "." + message.body();
        return Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
    }

    private HttpResponse<String> send(Sluice hub, String method, String path, String body) throws Exception {
        var request =
                HttpRequest.newBuilder(URI.create(hub.uri() + path)).method(method, BodyPublishers.ofString(body));
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private int asReader(Sluice hub, String method, String path) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(hub.uri() + path))
                .header("Authorization", "Bearer " + KEY)
                .method(method, BodyPublishers.ofString("x"));
        return client.send(request.build(), BodyHandlers.ofString()).statusCode();
    }

    private Map<String, Object> get(Sluice hub, String path) throws Exception {
        return SenseJson.object(send(hub, "GET", path, "").body());
    }
}
