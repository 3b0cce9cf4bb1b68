package dev.sluice.app.killed;

import dev.sluice.wire.SseBlock;
import dev.sluice.wire.SseParser;
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
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Follows a channel over randomly changing transports, each resuming where the previous one stopped. A
/// gap is a failure.
///
/// Raw text carries no cursor: its output is kept separately, and the next transport resumes where the
/// one before it stopped.
public final class TransportSwitchingReader implements Runnable {
    private static final JsonMapper JSON = JsonMapper.shared();

    /// A transport and format, with its URL parameters.
    private enum Format {
        SSE_RAW("as=sse&envelope=raw&heartbeat=5"),
        SSE_JSON("as=sse&envelope=json&heartbeat=5"),
        JSON_LINES("as=ndjson&heartbeat=5"),
        WEBSOCKET("heartbeat=5"),
        LONG_POLL("as=json&wait=1"),
        POLL("as=json"),
        TEXT("as=text");

        final String parameters;

        Format(String parameters) {
            this.parameters = parameters;
        }
    }

    /// An event as it was received.
    public record Received(String id, String data) {}

    /// The raw text received after the first `after` events.
    record Text(int after, String text) {}

    private final Supplier<String> url;
    private final String channel;
    private final HttpClient client;
    private final Random random;
    private final List<Received> events = Collections.synchronizedList(new ArrayList<>());
    private final List<Text> texts = Collections.synchronizedList(new ArrayList<>());
    private final Map<Format, Integer> received = Collections.synchronizedMap(new EnumMap<>(Format.class));
    private String cursor;
    private SseParser sse = new SseParser(); // Of the current connection.
    private volatile @Nullable String fault;
    private volatile boolean ended;

    /// @param url of the hub, or of any node of a cluster
    TransportSwitchingReader(Supplier<String> url, String channel, HttpClient client, Random random) {
        this(url, channel, "earliest", client, random);
    }

    /// @param after the cursor at which it begins
    public TransportSwitchingReader(
            Supplier<String> url, String channel, String after, HttpClient client, Random random) {
        this.url = url;
        this.channel = channel;
        cursor = after;
        this.client = client;
        this.random = random;
    }

    List<String> data() {
        return events().stream().map(Received::data).toList();
    }

    public List<Received> events() {
        synchronized (events) {
            return List.copyOf(events);
        }
    }

    List<Text> texts() {
        return List.copyOf(texts);
    }

    public @Nullable String fault() {
        return fault;
    }

    /// The number of events or characters received in each format.
    @Override
    public String toString() {
        return received.toString();
    }

    /// Reads until the event with the data `end`.
    @Override
    public void run() {
        while (!isOver()) {
            Format format = Format.values()[random.nextInt(Format.values().length)];
            URI uri = URI.create(url.get() + "/channels/" + channel + "?" + format.parameters + "&after=" + cursor);
            int max = 1 + random.nextInt(300); // Then it changes, in the middle of a stream.
            try {
                switch (format) {
                    case WEBSOCKET -> messages(uri, max);
                    case TEXT -> text(uri, max * 10);
                    case SSE_RAW, SSE_JSON, JSON_LINES, LONG_POLL, POLL -> lines(format, uri, max);
                }
            } catch (IOException | UncheckedIOException killed) {
                LockSupport.parkNanos(5_000_000); // The hub is down: try again.
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

    private void lines(Format format, URI uri, int max) throws IOException, InterruptedException {
        try (Stream<String> lines = body(uri, HttpResponse.BodyHandlers.ofLines())) {
            if (lines == null) return;
            sse = new SseParser();
            lines.limit(max).takeWhile(line -> !isOver()).forEach(line -> line(format, line));
        }
    }

    private void messages(URI uri, int max) throws InterruptedException {
        try (Messages messages = new Messages(uri)) {
            for (int i = 0; i < max && !isOver(); i++) {
                String message = messages.next();
                if (message == null) return;
                line(Format.WEBSOCKET, message);
            }
        }
    }

    /// Reads at most up to the last event, after which the stream would be silent.
    private void text(URI uri, int bytesMax) throws IOException, InterruptedException {
        int after = events.size();
        StringBuilder text = new StringBuilder();
        try (InputStream body = body(uri, HttpResponse.BodyHandlers.ofInputStream())) {
            byte[] buffer = new byte[bytesMax];
            for (int read = 0; body != null && read >= 0; read = body.read(buffer, 0, bytesMax - text.length())) {
                text.append(new String(buffer, 0, read, StandardCharsets.US_ASCII));
                if (text.length() == bytesMax || text.toString().endsWith("end")) break;
            }
        } finally {
            texts.add(new Text(after, text.toString()));
            received.merge(Format.TEXT, text.length(), Integer::sum);
        }
    }

    private void line(Format format, String line) {
        switch (format) {
            case SSE_RAW, SSE_JSON -> blocks(format, line);
            case JSON_LINES, WEBSOCKET -> {
                JsonNode node = JSON.readTree(line);
                if (node.has("gap")) fault = "a gap over " + format + ": " + line;
                else if (node.has("id")) event(format, node);
            }
            case LONG_POLL, POLL -> {
                JsonNode node = JSON.readTree(line);
                if (node.has("gap")) fault = "a gap in a poll: " + line;
                node.path("events").forEach(event -> event(format, event));
            }
            case TEXT -> throw new IllegalStateException("text has no lines");
        }
    }

    private void blocks(Format format, String line) {
        try {
            for (SseBlock block : sse.parse((line + '\n').getBytes(StandardCharsets.UTF_8))) block(format, block);
        } catch (IOException tooLong) {
            throw new IllegalStateException(tooLong);
        }
    }

    private void block(Format format, SseBlock block) {
        if (block.type().equals("sluice.gap")) fault = "a gap after " + cursor;
        if (block.data() == null || block.event() != null) return;
        if (format == Format.SSE_JSON) event(format, JSON.readTree(block.data()));
        else if (block.id() != null) event(format, block.id(), block.data());
    }

    private void event(Format format, JsonNode event) {
        event(format, event.path("id").asString(), event.path("data").asString());
    }

    private void event(Format format, String id, String text) {
        received.merge(format, 1, Integer::sum);
        cursor = id;
        events.add(new Received(id, text));
        if (text.equals("end")) ended = true;
    }
}
