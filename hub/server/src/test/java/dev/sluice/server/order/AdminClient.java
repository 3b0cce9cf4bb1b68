package dev.sluice.server.order;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.ContentKind;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.End;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.history.Fact;
import dev.sluice.core.history.RecordingLog;
import dev.sluice.core.log.Filter;
import dev.sluice.server.TestServer;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Publishes requests one at a time, and checks each answer, and the entries appended to the log, against the
/// contract. Nothing else may write meanwhile.
final class AdminClient {
    private static final long KEY_MS = 5 * 60 * 1000;

    /// More entries than one request can trim in a log with small limits.
    private static final int OLDEST = 16;

    private final TestServer server;
    private final RecordingLog recording;
    private final HttpClient http;

    /// Successful publishes by idempotency key, with their time. They outlive their channel.
    private final Map<String, Success> successes = new HashMap<>();

    private record Success(String id, long timeMs) {}

    AdminClient(TestServer server, RecordingLog recording, HttpClient http) {
        this.server = server;
        this.recording = recording;
        this.http = http;
    }

    /// The expected outcome of a request.
    private static final class Expected {
        /// The drafts to be appended; a draft with both content and end becomes two entries.
        final List<Draft> placed = new ArrayList<>();

        final List<@Nullable String> idempotencyKeys = new ArrayList<>();

        /// The id that the answer names: of an earlier entry, or the index of one of these.
        @Nullable
        String lastSame;

        int lastPlaced = -1;

        int status;
        int count;
        boolean isReplay = true;
    }

    void publish(Publications.Request request) throws Exception {
        if (isUncertain(request)) return;
        Expected expected = expected(request);
        int before = recording.size();
        HttpResponse<String> response = send("POST", request.target(), request.fields(), request.body());
        List<Entry> placed = placedSince(before);
        checkPlaced(expected.placed, placed, request);
        check(response.statusCode() == expected.status, expected.status, response, request);
        List<Entry> firstEntries = firstEntries(expected.placed, placed);
        record(expected, firstEntries);
        JsonNode answer = Observation.JSON.readTree(response.body());
        if (request.isCounted()) {
            check(answer.get("count").asInt() == expected.count, "a count of " + expected.count, response, request);
        }
        if (expected.status >= 400) return;
        boolean isReplay = response.headers().firstValue("Idempotent-Replay").isPresent();
        check(isReplay == expected.isReplay, "a replay: " + expected.isReplay, response, request);
        String id = Observation.text(answer, request.isCounted() ? "last" : "id");
        String last = expected.lastSame;
        if (last == null) last = firstEntries.get(expected.lastPlaced).id().text();
        check(id.equals(last), last, response, request);
    }

    /// Publishes without reading the answer, as a client whose connection breaks at the wrong moment.
    void publishWithoutReadingTheAnswer(Publications.Request request) throws Exception {
        if (isUncertain(request)) return;
        Expected expected = expected(request);
        int before = recording.size();
        RawHttpConnection connection = new RawHttpConnection(server.server().uri(), 0);
        connection.post(request);
        connection.send(request.body());
        connection.head(); // Only waits until the request is done before the next one.
        connection.cut();
        List<Entry> placed = placedSince(before);
        checkPlaced(expected.placed, placed, request);
        record(expected, firstEntries(expected.placed, placed));
    }

    /// Whether the request names a channel whose end may be trimmed by earlier events of the same request: the
    /// channel then counts as never used.
    private boolean isUncertain(Publications.Request request) {
        return recording.ask(model -> {
            Selection all = Selection.of("**", "$own/**");
            List<Entry> kept = model.rest(new Cursor(recording.head().epoch(), 0), all, Filter.NONE);
            return kept.stream()
                    .limit(OLDEST)
                    .filter(entry -> entry instanceof End)
                    .anyMatch(end -> request.drafts().stream()
                            .anyMatch(draft -> draft.channel().equals(end.channel())));
        });
    }

    private List<Entry> placedSince(int before) {
        recording.check();
        List<Entry> placed = new ArrayList<>();
        for (Fact fact : recording.facts().subList(before, recording.size())) placed.add(fact.entry);
        return placed;
    }

    private Expected expected(Publications.Request request) {
        return recording.ask(model -> {
            Expected expected = new Expected();
            expected.status = request.isCounted() ? 200 : 201;
            List<ChannelName> ended = new ArrayList<>();
            for (int i = 0; i < request.drafts().size(); i++) {
                Draft draft = request.drafts().get(i);
                Success success = success(draft.channel(), request.once(i));
                boolean counts = draft.content() != null;
                boolean isLast = counts || (expected.lastSame == null && expected.lastPlaced < 0);
                if (success != null) {
                    if (isLast) expected.lastSame = success.id;
                    if (isLast) expected.lastPlaced = -1;
                    if (counts) expected.count++;
                    continue;
                }
                if (model.state(draft.channel()).end() != null || ended.contains(draft.channel())) {
                    expected.status = 409;
                    if (request.isStream()) return expected; // Entries appended before stay.
                    expected.placed.clear();
                    expected.count = 0;
                    return expected;
                }
                expected.isReplay = false;
                expected.placed.add(draft);
                if (isLast) expected.lastSame = null;
                if (isLast) expected.lastPlaced = expected.placed.size() - 1;
                expected.idempotencyKeys.add(request.once(i));
                if (counts) expected.count++;
                if (draft.ends()) ended.add(draft.channel());
            }
            return expected;
        });
    }

    private @Nullable Success success(ChannelName channel, @Nullable String once) {
        Success success = once == null ? null : successes.get(channel + " " + once);
        return success == null || recording.nowMs() - success.timeMs >= KEY_MS ? null : success;
    }

    private void record(Expected expected, List<Entry> firstEntries) {
        for (int i = 0; i < firstEntries.size(); i++) {
            Entry entry = firstEntries.get(i);
            String once = expected.idempotencyKeys.get(i);
            if (once == null) continue;
            Success success = new Success(entry.id().text(), entry.timeMs());
            successes.put(entry.channel() + " " + once, success);
        }
    }

    /// The first entry of each draft: an event followed by an end is two entries.
    private static List<Entry> firstEntries(List<Draft> drafts, List<Entry> placed) {
        List<Entry> firstEntries = new ArrayList<>();
        int at = 0;
        for (Draft draft : drafts) {
            firstEntries.add(placed.get(at));
            at += draft.content() != null && draft.ends() ? 2 : 1;
        }
        return firstEntries;
    }

    private static void checkPlaced(List<Draft> expected, List<Entry> placed, Publications.Request request) {
        List<Entry> left = new ArrayList<>(placed);
        for (Draft draft : expected) {
            Content content = draft.content();
            if (content != null) {
                boolean isThis =
                        !left.isEmpty() && left.removeFirst() instanceof Event event && is(event, draft, content);
                if (!isThis) throw new AssertionError(request + " appended " + placed + ", expected " + expected);
            }
            if (!draft.ends()) continue;
            boolean isEnd = !left.isEmpty() && !(left.removeFirst() instanceof Event);
            if (!isEnd) throw new AssertionError(request + " appended " + placed + ", without the end");
        }
        if (!left.isEmpty()) throw new AssertionError(request + " appended " + placed + ", expected only " + expected);
    }

    private static boolean is(Event event, Draft draft, Content content) {
        boolean isJson = content.kind() == ContentKind.JSON;
        return event.channel().equals(draft.channel())
                && event.type().equals(draft.type())
                && Objects.equals(event.key(), draft.key())
                && event.isKeyEnd() == draft.keyEnds()
                && event.content().kind() == content.kind()
                && event.content().type().equals(content.type())
                && (isJson
                        ? Observation.JSON
                                .readTree(event.content().bytes())
                                .equals(Observation.JSON.readTree(content.bytes()))
                        : Arrays.equals(event.content().bytes(), content.bytes()));
    }

    /// Deletes a channel; has no effect on one that retains nothing.
    void delete(String channel) throws Exception {
        HttpResponse<String> response = send("DELETE", "/channels/" + channel, Map.of(), new byte[0]);
        check(response.statusCode() == 204, 204, response, channel);
    }

    /// Deletes the data of one event.
    void forget(ChannelName channel, Cursor id) throws Exception {
        boolean isKept = recording.ask(model ->
                model.rest(new Cursor(id.epoch(), 0), Selection.of(channel), Filter.NONE).stream()
                        .anyMatch(entry -> entry.id().equals(id) && entry instanceof Event));
        HttpResponse<String> response = send("DELETE", "/channels/" + channel + "?id=" + id, Map.of(), new byte[0]);
        check(response.statusCode() == (isKept ? 204 : 404), isKept, response, id);
    }

    /// Deletes the data of all events with a key.
    void forgetKey(String channel, String key) throws Exception {
        HttpResponse<String> response =
                send("DELETE", "/channels/" + channel + "?key=" + ReaderSpec.encoded(key), Map.of(), new byte[0]);
        check(response.statusCode() == 204, 204, response, key);
    }

    private HttpResponse<String> send(String method, String target, Map<String, String> fields, byte[] body)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.uri(target))
                .timeout(TestServer.PATIENCE)
                .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
        fields.forEach(request::header);
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static void check(boolean holds, Object expected, HttpResponse<String> response, Object request) {
        if (holds) return;
        throw new AssertionError(request + " was answered " + response.statusCode() + " "
                + response.headers().map() + " " + response.body() + ", expected " + expected);
    }
}
