package dev.sluice.app.killed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Follows a channel over one transport after the other, resuming where the last one stopped. A gap is a failure.
final class HoppingReader implements Runnable {
    private static final List<String> WAYS = List.of("sse", "ndjson", "json");
    private static final JsonMapper JSON = JsonMapper.shared();

    private final MortalHub hub;
    private final String channel;
    private final HttpClient client;
    private final Random random;
    private final List<String> data = Collections.synchronizedList(new ArrayList<>());
    private String cursor = "earliest";
    private volatile @Nullable String fault;
    private volatile boolean ended;

    HoppingReader(MortalHub hub, String channel, HttpClient client, Random random) {
        this.hub = hub;
        this.channel = channel;
        this.client = client;
        this.random = random;
    }

    List<String> data() {
        return List.copyOf(data);
    }

    @Nullable
    String fault() {
        return fault;
    }

    /// Reads no more once it has the event of these data.
    @Override
    public void run() {
        while (!ended && fault == null) {
            String way = WAYS.get(random.nextInt(WAYS.size()));
            String path = "/channels/" + channel + "?as=" + way + "&envelope=json&heartbeat=5&after=" + cursor;
            if (way.equals("json")) path = path.replace("&heartbeat=5", "") + "&wait=1";
            if (!way.equals("sse")) path = path.replace("&envelope=json", "");
            var request = HttpRequest.newBuilder(URI.create(hub.url() + path))
                    .timeout(Duration.ofSeconds(20))
                    .build();
            try {
                HttpResponse<Stream<String>> answer = client.send(request, HttpResponse.BodyHandlers.ofLines());
                if (answer.statusCode() != 200) {
                    if (answer.statusCode() != 503) fault = way + " answered " + answer.statusCode();
                    continue;
                }
                try (Stream<String> lines = answer.body()) {
                    int most = 1 + random.nextInt(300); // Then it hops, in the midst of a stream.
                    lines.limit(most).takeWhile(line -> !ended && fault == null).forEach(line -> read(way, line));
                }
            } catch (IOException | UncheckedIOException killed) {
                Thread.onSpinWait(); // The hub is away: try again.
            } catch (InterruptedException over) {
                return;
            }
        }
    }

    private void read(String way, String line) {
        switch (way) {
            case "sse" -> {
                if (line.startsWith("event: sluice.gap")) fault = "a gap over SSE behind " + cursor;
                else if (line.startsWith("data: {\"id\"")) event(JSON.readTree(line.substring(6)));
            }
            case "ndjson" -> {
                JsonNode node = JSON.readTree(line);
                if (node.has("gap")) fault = "a gap over JSON lines: " + line;
                else if (node.has("id")) event(node);
            }
            default -> {
                JsonNode node = JSON.readTree(line);
                if (node.has("gap")) fault = "a gap in a poll: " + line;
                node.path("events").forEach(this::event);
            }
        }
    }

    private void event(JsonNode event) {
        cursor = event.path("id").asString();
        String said = event.path("data").asString();
        data.add(said);
        if (said.equals("end")) ended = true;
    }
}
