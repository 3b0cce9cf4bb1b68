package dev.sluice.server.order;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.End;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.ChannelState;
import dev.sluice.core.log.Filter;
import dev.sluice.server.TestServer;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Publishes one request after the other, and holds each answer, and what came into the log, against what the contract
/// says must come of it. Nobody else may write meanwhile.
final class Desk {
    private static final long KEY_MS = 5 * 60 * 1000;

    /// More than one request can push out of a log that keeps little.
    private static final int OLDEST = 16;

    private final TestServer server;
    private final Chronicle chronicle;
    private final HttpClient http;

    /// What succeeded under an idempotency key, and when. A channel's deletion takes its keys along.
    private final Map<String, Success> successes = new HashMap<>();

    private record Success(ChannelName channel, String id, long timeMs) {}

    Desk(TestServer server, Chronicle chronicle, HttpClient http) {
        this.server = server;
        this.chronicle = chronicle;
        this.http = http;
    }

    /// What must become of a request.
    private static final class Expected {
        /// What is placed: a draft with both content and end is two entries.
        final List<Draft> placed = new ArrayList<>();

        final List<@Nullable String> onces = new ArrayList<>();

        /// What the answer names: an earlier placing, or one of these.
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
        int before = chronicle.size();
        HttpResponse<String> response = send("POST", request.target(), request.fields(), request.body());
        List<Entry> placed = placedSince(before);
        checkPlaced(expected.placed, placed, request);
        check(response.statusCode() == expected.status, expected.status, response, request);
        List<Entry> firsts = firsts(expected.placed, placed);
        remember(expected, firsts);
        JsonNode answer = Seen.JSON.readTree(response.body());
        if (request.isCounted()) {
            check(answer.get("count").asInt() == expected.count, "a count of " + expected.count, response, request);
        }
        if (expected.status >= 400) return;
        boolean isReplay = response.headers().firstValue("Idempotent-Replay").isPresent();
        check(isReplay == expected.isReplay, "a replay: " + expected.isReplay, response, request);
        String id = Seen.text(answer, request.isCounted() ? "last" : "id");
        String last = expected.lastSame;
        if (last == null) last = firsts.get(expected.lastPlaced).id().text();
        check(id.equals(last), last, response, request);
    }

    /// Publishes and never looks at the answer, as a client does whose line breaks in the wrong moment.
    void publishBlindly(Publications.Request request) throws Exception {
        if (isUncertain(request)) return;
        Expected expected = expected(request);
        int before = chronicle.size();
        HttpLine line = new HttpLine(server, 0);
        StringBuilder head = new StringBuilder("POST " + request.target() + " HTTP/1.1\r\nHost: localhost\r\n");
        request.fields()
                .forEach((name, value) ->
                        head.append(name).append(": ").append(value).append("\r\n"));
        head.append("Content-Length: ").append(request.body().length).append("\r\n\r\n");
        line.send(head.toString().getBytes(StandardCharsets.UTF_8));
        line.send(request.body());
        line.head(); // Only so that it is over when the next begins.
        line.cut();
        List<Entry> placed = placedSince(before);
        checkPlaced(expected.placed, placed, request);
        remember(expected, firsts(expected.placed, placed));
    }

    /// Whether it is about a channel whose end may be trimmed by the very events before it in the same request: then
    /// the channel is as if never named.
    private boolean isUncertain(Publications.Request request) {
        return chronicle.ask(model -> {
            Selection all = Selection.of("**", "$own/**");
            List<Entry> kept = model.rest(new Cursor(chronicle.head().epoch(), 0), all, Filter.NONE);
            return kept.stream()
                    .limit(OLDEST)
                    .filter(entry -> entry instanceof End)
                    .anyMatch(end -> request.drafts().stream()
                            .anyMatch(draft -> draft.channel().equals(end.channel())));
        });
    }

    private List<Entry> placedSince(int before) {
        chronicle.check();
        List<Entry> placed = new ArrayList<>();
        for (Chronicle.Fact fact : chronicle.facts().subList(before, chronicle.size())) placed.add(fact.entry);
        return placed;
    }

    private Expected expected(Publications.Request request) {
        return chronicle.ask(model -> {
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
                    if (request.isStream()) return expected; // What was placed before stays.
                    expected.placed.clear();
                    expected.count = 0;
                    return expected;
                }
                expected.isReplay = false;
                expected.placed.add(draft);
                if (isLast) expected.lastSame = null;
                if (isLast) expected.lastPlaced = expected.placed.size() - 1;
                expected.onces.add(request.once(i));
                if (counts) expected.count++;
                if (draft.ends()) ended.add(draft.channel());
            }
            return expected;
        });
    }

    private @Nullable Success success(ChannelName channel, @Nullable String once) {
        Success success = once == null ? null : successes.get(channel + " " + once);
        return success == null || chronicle.nowMs() - success.timeMs >= KEY_MS ? null : success;
    }

    private void remember(Expected expected, List<Entry> firsts) {
        for (int i = 0; i < firsts.size(); i++) {
            Entry entry = firsts.get(i);
            String once = expected.onces.get(i);
            if (once == null) continue;
            Success success = new Success(entry.channel(), entry.id().text(), entry.timeMs());
            successes.put(entry.channel() + " " + once, success);
        }
    }

    /// Of each draft the first entry: an event with an end behind it is two.
    private static List<Entry> firsts(List<Draft> drafts, List<Entry> placed) {
        List<Entry> firsts = new ArrayList<>();
        int at = 0;
        for (Draft draft : drafts) {
            firsts.add(placed.get(at));
            at += draft.content() != null && draft.ends() ? 2 : 1;
        }
        return firsts;
    }

    private static void checkPlaced(List<Draft> expected, List<Entry> placed, Publications.Request request) {
        List<Entry> left = new ArrayList<>(placed);
        for (Draft draft : expected) {
            Content content = draft.content();
            if (content != null) {
                boolean isThis =
                        !left.isEmpty() && left.removeFirst() instanceof Event event && is(event, draft, content);
                if (!isThis) throw new AssertionError(request + " placed " + placed + ", not " + expected);
            }
            if (!draft.ends()) continue;
            boolean isEnd = !left.isEmpty() && !(left.removeFirst() instanceof Event);
            if (!isEnd) throw new AssertionError(request + " placed " + placed + ", and no end");
        }
        if (!left.isEmpty()) throw new AssertionError(request + " placed " + placed + ", not only " + expected);
    }

    private static boolean is(Event event, Draft draft, Content content) {
        boolean isJson = content.kind() == Content.Kind.JSON;
        return event.channel().equals(draft.channel())
                && event.type().equals(draft.type())
                && Objects.equals(event.key(), draft.key())
                && event.isKeyEnd() == draft.keyEnds()
                && event.content().kind() == content.kind()
                && event.content().type().equals(content.type())
                && (isJson
                        ? Seen.JSON.readTree(event.content().bytes()).equals(Seen.JSON.readTree(content.bytes()))
                        : Arrays.equals(event.content().bytes(), content.bytes()));
    }

    /// Deletes a channel, and its keys with it; where it keeps nothing there is nothing to delete.
    void delete(String channel) throws Exception {
        ChannelState before = chronicle.ask(model -> model.state(new ChannelName(channel)));
        HttpResponse<String> response = send("DELETE", "/channels/" + channel, Map.of(), new byte[0]);
        check(response.statusCode() == 204, 204, response, channel);
        if (before.events() > 0 || before.end() != null)
            successes.values().removeIf(success -> success.channel.value().equals(channel));
    }

    /// Forgets the data of one event.
    void forget(ChannelName channel, Cursor id) throws Exception {
        boolean isKept = chronicle.ask(model ->
                model.rest(new Cursor(id.epoch(), 0), Selection.of(channel), Filter.NONE).stream()
                        .anyMatch(entry -> entry.id().equals(id) && entry instanceof Event));
        HttpResponse<String> response = send("DELETE", "/channels/" + channel + "?id=" + id, Map.of(), new byte[0]);
        check(response.statusCode() == (isKept ? 204 : 404), isKept, response, id);
    }

    /// Forgets the data of all events of a key.
    void forgetKey(String channel, String key) throws Exception {
        HttpResponse<String> response =
                send("DELETE", "/channels/" + channel + "?key=" + Wish.encoded(key), Map.of(), new byte[0]);
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
                + response.headers().map() + " " + response.body() + ", not " + expected);
    }
}
