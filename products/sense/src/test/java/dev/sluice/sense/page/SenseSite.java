package dev.sluice.sense.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Event;
import dev.sluice.Message;
import dev.sluice.Response;
import dev.sluice.Sluice;
import dev.sluice.sense.Sense;
import dev.sluice.sense.SenseOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/// Sense on a hub that watches a shop and its database, for tests of its pages.
final class SenseSite implements AutoCloseable {
    static final String HEADLINE = "document.getElementById('headline').textContent";

    private static final Pattern ID = Pattern.compile("\"id\":(\\d+)");

    /// The status of the shop's responses.
    final AtomicInteger shop = new AtomicInteger(200);

    /// The status of the responses of the service to which a notifier may send.
    final AtomicInteger hook = new AtomicInteger(200);

    final Sluice target;
    final Sluice hub;
    private final Sense sense;
    private final Path file;
    private final String checks;
    private final BlockingQueue<Event> states = new LinkedBlockingQueue<>();

    /// The latest state of the shop for which a test waited.
    private String state = "";

    SenseSite(Path folder) throws Exception {
        target = Sluice.inMemory()
                .port(0)
                .withoutShutdownHook()
                .get("/shop", _ -> Response.text("all well").status(shop.get()))
                .get("/db", _ -> Response.text("all well"))
                .get("/slow", _ -> {
                    Thread.sleep(20);
                    return Response.text("all well");
                })
                .post("/hook", _ -> Response.empty().status(hook.get()))
                .start();
        checks = """
                [[check]]
                name = "shop"
                title = "The shop"
                type = "http"
                url = "%1$sshop"
                interval = "1s"
                failures = 2
                retry = "1s"
                flap_outages = 0
                depends_on = ["db-1"]

                [[check]]
                name = "db-1"
                type = "http"
                url = "%1$sdb"
                interval = "1s"
                expect_latency = "5s"
                """.formatted(target.uri().resolve("/"));
        file = Files.writeString(folder.resolve("sense.toml"), checks);
        hub = Sluice.inMemory().port(0).withoutShutdownHook();
        sense = Sense.on(hub, new SenseOptions(null, file));
        hub.start();
        hub.channels("sense/state").earliest().subscribe(states::add);
        sense.start();
    }

    @Override
    public void close() {
        sense.close();
        hub.close();
        target.close();
    }

    void awaitShop(String wanted) throws InterruptedException {
        while (!state.contains("\"state\":\"" + wanted + "\"")) {
            Event event = states.poll(60, TimeUnit.SECONDS);
            assertThat(event)
                    .as("the shop was never " + wanted + ", it is " + state)
                    .isNotNull();
            if (event.text().contains("\"name\":\"shop\"")) state = event.text();
        }
    }

    /// Returns the id of the newest incident, or "" if there is none.
    String incident() throws Exception {
        List<String> newest = incidents();
        return newest.isEmpty() ? "" : newest.getFirst();
    }

    /// Returns the ids of all incidents, the newest first.
    List<String> incidents() throws Exception {
        var request = HttpRequest.newBuilder(page("api/incidents?limit=500")).build();
        try (var client = HttpClient.newHttpClient()) {
            return ID.matcher(client.send(request, BodyHandlers.ofString()).body())
                    .results()
                    .map(each -> each.group(1))
                    .toList();
        }
    }

    /// Adds checks of a closed port to the file, which Sense reads again soon.
    void addFailing(int count) throws Exception {
        var text = new StringBuilder(checks);
        for (int i = 0; i < count; i++) {
            text.append("[[check]]\nname = \"closed-").append(i).append("\"\ntype = \"tcp\"\nhost = \"localhost\"\n");
            text.append("port = 1\ninterval = \"1s\"\nfailures = 1\n");
        }
        Files.writeString(file, text);
    }

    URI page(String path) {
        return hub.uri().resolve("/sense/" + path);
    }

    /// Returns the definition of a check of the database.
    String definition(String title) {
        String url = target.uri().resolve("/db").toString();
        return "{\"type\":\"http\",\"url\":\"%s\",\"interval\":\"1s\",\"title\":\"%s\"}".formatted(url, title);
    }

    void saveAsAnother(String path, String definition) throws Exception {
        var request = HttpRequest.newBuilder(page("api/" + path)).PUT(BodyPublishers.ofString(definition));
        try (var client = HttpClient.newHttpClient()) {
            assertThat(client.send(request.build(), BodyHandlers.ofString()).statusCode())
                    .isEqualTo(200);
        }
    }

    void removeCheck(String name) throws Exception {
        var removal =
                HttpRequest.newBuilder(page("api/checks/" + name)).DELETE().build();
        try (var client = HttpClient.newHttpClient()) {
            client.send(removal, BodyHandlers.discarding());
        }
    }

    /// Removes the server that [#report] has added.
    void removeServer() throws Exception {
        removeCheck("srv");
    }

    /// Publishes a sample of an agent that reports once a minute.
    void report(int sequence, int cpu) {
        Map<String, Object> sample = new HashMap<>();
        sample.put("at", Instant.now().plusMillis(sequence).toString()); // Otherwise two could have the same time.
        sample.put("run", "a");
        sample.put("seq", sequence);
        sample.put("interval_ms", 60_000);
        sample.put("uptime_s", 5_000);
        sample.put("cpu", cpu);
        sample.put("memory", Map.of("total", 100, "used", 30));
        sample.put("disks", List.of(Map.of("mount", "/", "total", 100, "used", 60)));
        sample.put("disk_io", List.of(Map.of("name", "sda", "read", 2_000_000, "write", 3_000_000, "busy", 40)));
        sample.put("network", List.of(Map.of("name", "eth0", "in", 500, "out", 700)));
        sample.put("processes", List.of(Map.of("pid", 8, "name", "java", "cpu", 180, "memory", 5_000_000)));
        hub.channel("sense/samples/srv").publish(Message.json(sample).type("server"));
    }
}
