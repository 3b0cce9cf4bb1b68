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

/** What all transports that carry cursors promise, however the line behaves. */
@Timeout(240)
final class TransportContractTest {
    private static final List<String> DATA =
            List.of("\"eins\"", "{\"zwei\":[2]}", "\"drei é 漢 🙂\"", "null", "\"fünf\"");
    private static final Pattern AFTER = Pattern.compile("[?&]after=c([0-9])");
    private static final int END = DATA.size() + 1;

    /** Where the request goes on: c0 is the beginning, cN is behind the Nth event, and one more behind the end. */
    private static int cursor(ScriptedHub.Request request) {
        var header = request.header("Last-Event-ID");
        if (header != null) return Integer.parseInt(header.substring(1));
        var after = AFTER.matcher(request.target());
        return after.find() ? Integer.parseInt(after.group(1)) : 0;
    }

    /** All that is left for who is at this cursor, then the end of the channel. */
    private static byte[] answer(Transport transport, ScriptedHub.Request request) {
        int at = cursor(request);
        var left = new ArrayList<Integer>();
        for (int n = at + 1; n <= DATA.size(); n++) left.add(n);
        return switch (transport) {
            case SSE -> at == END ? WireScript.noContent() : sse(at, left);
            case NDJSON -> at == END ? WireScript.noContent() : ndjson(at, left);
            case WEBSOCKET -> webSocket(request, at, left);
            case POLL, LONG_POLL -> page(left);
            case TEXT -> throw new IllegalArgumentException("carries no cursors");
        };
    }

    private static byte[] sse(int at, List<Integer> left) {
        var body = new StringBuilder("retry: 1000\nid: c" + at + "\n\n");
        for (int n : left) body.append(sseEvent("c" + n, DATA.get(n - 1))).append(": a comment\n");
        body.append(sseWord("closed", "c" + END, "{\"channel\":\"a\",\"cursor\":\"c" + END + "\"}"));
        return WireScript.stream("text/event-stream", "c" + at, body.toString().getBytes(UTF_8));
    }

    private static byte[] ndjson(int at, List<Integer> left) {
        var body = new StringBuilder("{\"cursor\":\"c" + at + "\"}\n");
        for (int n : left) {
            body.append(envelope("c" + n, DATA.get(n - 1))).append('\n');
            body.append("{\"heartbeat\":{\"cursor\":\"c" + n + "\",\"behind\":0}}\n");
        }
        body.append("{\"closed\":{\"channel\":\"a\",\"cursor\":\"c" + END + "\"}}\n");
        return WireScript.stream(
                "application/x-ndjson", "c" + at, body.toString().getBytes(UTF_8));
    }

    private static byte[] webSocket(ScriptedHub.Request request, int at, List<Integer> left) {
        var frames = new ArrayList<byte[]>();
        if (at < END) {
            frames.add(WireScript.text("{\"cursor\":\"c" + at + "\"}"));
            for (int n : left) {
                frames.add(WireScript.ping());
                frames.add(WireScript.text(envelope("c" + n, DATA.get(n - 1))));
            }
            frames.add(WireScript.text("{\"closed\":{\"channel\":\"a\",\"cursor\":\"c" + END + "\"}}"));
        }
        frames.add(WireScript.closing(1000, ""));
        return WireScript.webSocket(request, frames);
    }

    /** Two events a page. */
    private static byte[] page(List<Integer> left) {
        var page = left.subList(0, Math.min(2, left.size()));
        boolean isLast = page.size() == left.size();
        var events = String.join(
                ",", page.stream().map(n -> envelope("c" + n, DATA.get(n - 1))).toList());
        int cursor = isLast ? END : page.get(page.size() - 1);
        return WireScript.json("{\"events\":[" + events + "],\"cursor\":\"c" + cursor + "\",\"more\":" + !isLast
                + (isLast ? ",\"closed\":true}" : "}"));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "TEXT")
    void getsEachEventOnceAndInOrderWhereverTheLineIsCut(Transport transport) throws Exception {
        // The WebSocket of java.net.http now and then misses a cut that comes with the handshake, and waits on: the
        // silence tells then, as here.
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

    /** The data of all events, as JSON, up to the end of the channel. */
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
