package dev.sluice.app.killed;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Contents;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Requests about one channel, each to a chosen node.
///
/// @param node    chooses the URL of a node
/// @param channel the channel's name
public record ChannelClient(HttpClient http, Supplier<String> node, String channel) {
    /// Shorter than the time for which nodes are stopped or cut off, so that a client switches to another
    /// node.
    private static final Duration TIMEOUT = Duration.ofSeconds(4);

    private static final long READ_TIMEOUT_NS = 120_000_000_000L;

    /// @return null without an answer
    public @Nullable HttpResponse<String> publish(String data, String... headers) throws InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(node.get() + "/channels/" + channel))
                .timeout(TIMEOUT)
                .POST(HttpRequest.BodyPublishers.ofString(data));
        if (headers.length > 0) request.headers(headers);
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException _) {
            LockSupport.parkNanos(5_000_000); // Down, or too slow: the caller continues with another node.
            return null;
        }
    }

    public static String id(HttpResponse<String> answer) {
        return JsonMapper.shared().readTree(answer.body()).path("id").asString();
    }

    /// Returns true if a node can't place a publish now.
    public static boolean isUnavailable(HttpResponse<String> answer) {
        return answer.statusCode() == 503 || answer.statusCode() == 507;
    }

    /// All events, as envelopes, up to one with this data.
    public List<JsonNode> readTo(String last) throws InterruptedException {
        return readTo("earliest", last);
    }

    /// All events after a cursor, up to one with this data.
    public List<JsonNode> readTo(String after, String last) throws InterruptedException {
        List<JsonNode> log = new ArrayList<>();
        String cursor = after;
        long endNs = System.nanoTime() + READ_TIMEOUT_NS;
        while (true) {
            if (System.nanoTime() > endNs)
                throw new AssertionError("'" + last + "' does not come at " + node.get() + "/channels/" + channel
                        + "; the newest is " + (log.isEmpty() ? "nothing" : log.getLast()));
            JsonNode page = page(cursor);
            if (page == null) continue;
            if (page.has("gap")) throw new AssertionError("a gap after " + cursor + ": " + page);
            for (JsonNode each : page.path("events")) {
                log.add(each);
                if (each.path("data").asString().equals(last)) return log;
            }
            cursor = page.path("cursor").asString();
        }
    }

    /// The events of these envelopes.
    public static List<Event> events(List<JsonNode> envelopes) {
        return envelopes.stream().map(ChannelClient::event).toList();
    }

    private static Event event(JsonNode envelope) {
        Draft draft = Draft.event(
                new ChannelName(envelope.path("channel").asString()),
                envelope.path("type").asString(),
                Contents.text(envelope.path("data").asString()));
        Cursor id = Cursor.parse(envelope.path("id").asString()).orElseThrow();
        return Event.of(id, Instant.parse(envelope.path("time").asString()).toEpochMilli(), draft);
    }

    /// @return null without an answer
    private @Nullable JsonNode page(String cursor) throws InterruptedException {
        URI uri = URI.create(node.get() + "/channels/" + channel + "?as=json&limit=1000&wait=2&after=" + cursor);
        try {
            var answer = http.send(HttpRequest.newBuilder(uri).timeout(TIMEOUT).build(), BodyHandlers.ofString());
            return answer.statusCode() == 200 ? JsonMapper.shared().readTree(answer.body()) : null;
        } catch (IOException _) {
            LockSupport.parkNanos(20_000_000);
            return null;
        }
    }
}
