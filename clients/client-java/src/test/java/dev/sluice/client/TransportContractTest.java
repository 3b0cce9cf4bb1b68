package dev.sluice.client;

import static dev.sluice.client.TestClients.envelope;
import static dev.sluice.client.TestClients.sseEvent;
import static dev.sluice.client.TestClients.sseWord;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The guarantees of all transports with cursors, wherever the connection breaks. */
@Timeout(600)
final class TransportContractTest {
    private static final List<String> DATA =
            List.of("\"eins\"", "{\"zwei\":[2]}", "\"drei é 漢 🙂\"", "null", "\"fünf\"");
    private static final Pattern AFTER = Pattern.compile("[?&]after=c([0-9])");
    private static final int END = DATA.size() + 1;

    /**
     * The cursor of the request: c0 is the beginning, cN is after
     * the Nth event, and one more is after the channel's end.
     */
    private static int cursor(ScriptedHub.Request request) {
        var header = request.header("Last-Event-ID");
        if (header != null) return Integer.parseInt(header.substring(1));
        var after = AFTER.matcher(request.target());
        return after.find() ? Integer.parseInt(after.group(1)) : 0;
    }

    /** All events after the request's cursor, then the end of the channel. */
    private static byte[] answer(Transport transport, ScriptedHub.Request request) {
        int cursor = cursor(request);
        var remaining = new ArrayList<Integer>();
        for (int n = cursor + 1; n <= DATA.size(); n++) remaining.add(n);
        return switch (transport) {
            case SSE -> cursor == END ? WireScript.noContent() : sse(cursor, remaining);
            case NDJSON -> cursor == END ? WireScript.noContent() : ndjson(cursor, remaining);
            case WEBSOCKET -> webSocket(request, cursor, remaining);
            case POLL, LONG_POLL -> page(remaining);
            case TEXT -> throw new IllegalArgumentException("carries no cursors");
        };
    }

    private static byte[] sse(int cursor, List<Integer> remaining) {
        var body = new StringBuilder("retry: 1000\nid: c" + cursor + "\n\n");
        for (int n : remaining) body.append(sseEvent("c" + n, DATA.get(n - 1))).append(": a comment\n");
        body.append(sseWord("closed", "c" + END, "{\"channel\":\"a\",\"cursor\":\"c" + END + "\"}"));
        return WireScript.stream(
                "text/event-stream", "c" + cursor, body.toString().getBytes(UTF_8));
    }

    private static byte[] ndjson(int cursor, List<Integer> remaining) {
        var body = new StringBuilder("{\"cursor\":\"c" + cursor + "\"}\n");
        for (int n : remaining) {
            body.append(envelope("c" + n, DATA.get(n - 1))).append('\n');
            body.append("{\"heartbeat\":{\"cursor\":\"c" + n + "\",\"behind\":0}}\n");
        }
        body.append("{\"closed\":{\"channel\":\"a\",\"cursor\":\"c" + END + "\"}}\n");
        return WireScript.stream(
                "application/x-ndjson", "c" + cursor, body.toString().getBytes(UTF_8));
    }

    private static byte[] webSocket(ScriptedHub.Request request, int cursor, List<Integer> remaining) {
        var frames = new ArrayList<byte[]>();
        if (cursor < END) {
            frames.add(WireScript.text("{\"cursor\":\"c" + cursor + "\"}"));
            for (int n : remaining) {
                frames.add(WireScript.ping());
                frames.add(WireScript.text(envelope("c" + n, DATA.get(n - 1))));
            }
            frames.add(WireScript.text("{\"closed\":{\"channel\":\"a\",\"cursor\":\"c" + END + "\"}}"));
        }
        frames.add(WireScript.closing(1000, ""));
        return WireScript.webSocket(request, frames);
    }

    /** A page of cursor most two events. */
    private static byte[] page(List<Integer> remaining) {
        var page = remaining.subList(0, Math.min(2, remaining.size()));
        boolean isLast = page.size() == remaining.size();
        var events = String.join(
                ",", page.stream().map(n -> envelope("c" + n, DATA.get(n - 1))).toList());
        int cursor = isLast ? END : page.get(page.size() - 1);
        return WireScript.json("{\"events\":[" + events + "],\"cursor\":\"c" + cursor + "\",\"more\":" + !isLast
                + (isLast ? ",\"closed\":true}" : "}"));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "TEXT")
    void receivesEachEventOnceAndInOrderWhereverTheConnectionIsCut(Transport transport) throws Exception {
        // The WebSocket of java.net.http sometimes misses a cut
        // right after the handshake; then the timeout detects it.
        var time = new FakeTime(Duration.ofSeconds(3));
        try (var hub = new ScriptedHub();
                var client = TestClients.client(hub, time)) {
            hub.always((request, connection) -> connection.send(answer(transport, request)));
            int cuts = 1;
            for (int cut = 0; cut < cuts; cut++) {
                int bytes = cut;
                var longest = new int[1];
                hub.then((request, connection) -> {
                    var answer = answer(transport, request);
                    longest[0] = answer.length;
                    connection.socket.getOutputStream().write(answer, 0, Math.min(bytes, answer.length));
                    connection.cut();
                });

                assertThat(received(client, transport))
                        .as("cut after %s bytes", bytes)
                        .isEqualTo(DATA);

                cuts = longest[0] + 1;
            }
            assertThat(cuts).isGreaterThan(200);
        }
    }

    /** Returns the data of all events as JSON, up to the end of the channel. */
    private static List<String> received(SluiceClient client, Transport transport) {
        var received = new ArrayList<String>();
        var subscription =
                client.subscribe(SubscribeRequest.to("a").over(transport).after("c0"));
        for (var message : subscription) {
            if (message instanceof Event event) {
                var json = event.json();
                received.add(json.substring(json.indexOf("\"data\":") + "\"data\":".length(), json.length() - 1));
                assertThat(event.cursor()).isEqualTo(event.id());
            }
        }
        return received;
    }
}
