package dev.sluice.app.killed;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Follows a channel over one transport after the other, resuming where the last one stopped. A gap is a failure.
///
/// Raw text carries no place: what it says is kept by itself, and the next transport goes on where the one before it
/// stopped.
final class HoppingReader implements Runnable {
    private static final JsonMapper JSON = JsonMapper.shared();

    /// How it is told, and what the URL says of that.
    private enum Way {
        SSE_RAW("as=sse&envelope=raw&heartbeat=5"),
        SSE_JSON("as=sse&envelope=json&heartbeat=5"),
        JSON_LINES("as=ndjson&heartbeat=5"),
        WEBSOCKET("heartbeat=5"),
        LONG_POLL("as=json&wait=1"),
        POLL("as=json"),
        TEXT("as=text");

        final String parameters;

        Way(String parameters) {
            this.parameters = parameters;
        }
    }

    /// Raw text, begun behind so many events.
    record Text(int behind, String said) {}

    private final MortalHub hub;
    private final String channel;
    private final HttpClient client;
    private final Random random;
    private final List<String> data = Collections.synchronizedList(new ArrayList<>());
    private final List<Text> texts = Collections.synchronizedList(new ArrayList<>());
    private final Map<Way, Integer> heard = Collections.synchronizedMap(new EnumMap<>(Way.class));
    private String cursor = "earliest";
    private String rawData = "";
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

    List<Text> texts() {
        return List.copyOf(texts);
    }

    @Nullable
    String fault() {
        return fault;
    }

    /// How much was heard by which way.
    @Override
    public String toString() {
        return heard.toString();
    }

    /// Reads no more once it has the event of these data.
    @Override
    public void run() {
        while (!isOver()) {
            Way way = Way.values()[random.nextInt(Way.values().length)];
            URI uri = URI.create(hub.url() + "/channels/" + channel + "?" + way.parameters + "&after=" + cursor);
            int most = 1 + random.nextInt(300); // Then it hops, in the midst of a stream.
            try {
                switch (way) {
                    case WEBSOCKET -> messages(uri, most);
                    case TEXT -> text(uri, most * 10);
                    case SSE_RAW, SSE_JSON, JSON_LINES, LONG_POLL, POLL -> lines(way, uri, most);
                }
            } catch (IOException | UncheckedIOException killed) {
                LockSupport.parkNanos(5_000_000); // The hub is away: try again.
            } catch (InterruptedException over) {
                return;
            }
        }
    }

    private boolean isOver() {
        return ended || fault != null;
    }

    private <T> @Nullable T body(URI uri, HttpResponse.BodyHandler<T> how) throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20)).build();
        HttpResponse<T> answer = client.send(request, how);
        if (answer.statusCode() == 200) return answer.body();
        if (answer.statusCode() != 503) fault = uri + " was answered " + answer.statusCode();
        return null;
    }

    private void lines(Way way, URI uri, int most) throws IOException, InterruptedException {
        try (Stream<String> lines = body(uri, HttpResponse.BodyHandlers.ofLines())) {
            if (lines == null) return;
            rawData = "";
            lines.limit(most).takeWhile(line -> !isOver()).forEach(line -> line(way, line));
        }
    }

    private void messages(URI uri, int most) throws InterruptedException {
        try (Messages messages = new Messages(uri)) {
            for (int i = 0; i < most && !isOver(); i++) {
                String message = messages.next();
                if (message == null) return;
                line(Way.WEBSOCKET, message);
            }
        }
    }

    /// At most up to the last event, behind which there would be silence.
    private void text(URI uri, int bytesMax) throws IOException, InterruptedException {
        int behind = data.size();
        StringBuilder said = new StringBuilder();
        try (InputStream body = body(uri, HttpResponse.BodyHandlers.ofInputStream())) {
            byte[] some = new byte[bytesMax];
            for (int read = 0; body != null && read >= 0; read = body.read(some, 0, bytesMax - said.length())) {
                said.append(new String(some, 0, read, StandardCharsets.US_ASCII));
                if (said.length() == bytesMax || said.toString().endsWith("end")) break;
            }
        } finally {
            texts.add(new Text(behind, said.toString()));
            heard.merge(Way.TEXT, said.length(), Integer::sum);
        }
    }

    private void line(Way way, String line) {
        switch (way) {
            case SSE_RAW -> {
                if (line.startsWith("event: sluice.gap")) fault = "a gap behind " + cursor;
                else if (line.startsWith("data: ")) rawData = line.substring(6);
                else if (line.startsWith("id: ") && !rawData.isEmpty()) event(way, line.substring(4), rawData);
                else if (line.isEmpty()) rawData = "";
            }
            case SSE_JSON -> {
                if (line.startsWith("event: sluice.gap")) fault = "a gap behind " + cursor;
                else if (line.startsWith("data: {\"id\"")) event(way, JSON.readTree(line.substring(6)));
            }
            case JSON_LINES, WEBSOCKET -> {
                JsonNode node = JSON.readTree(line);
                if (node.has("gap")) fault = "a gap over " + way + ": " + line;
                else if (node.has("id")) event(way, node);
            }
            case LONG_POLL, POLL -> {
                JsonNode node = JSON.readTree(line);
                if (node.has("gap")) fault = "a gap in a poll: " + line;
                node.path("events").forEach(event -> event(way, event));
            }
            case TEXT -> throw new IllegalStateException("text has no lines");
        }
    }

    private void event(Way way, JsonNode event) {
        event(way, event.path("id").asString(), event.path("data").asString());
    }

    private void event(Way way, String id, String said) {
        heard.merge(way, 1, Integer::sum);
        cursor = id;
        data.add(said);
        if (said.equals("end")) ended = true;
    }
}
