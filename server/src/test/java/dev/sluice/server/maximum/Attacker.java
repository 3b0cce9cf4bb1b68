package dev.sluice.server.maximum;

import dev.sluice.server.Await;
import dev.sluice.server.RawClient;
import dev.sluice.server.TestServer;
import dev.sluice.server.transport.Envelopes;
import dev.sluice.server.transport.WebSocketListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/// One client with as many connections as it likes, all of which it holds until it is closed.
final class Attacker implements AutoCloseable {
    private static final int BATCH = 100;
    private static final Pattern ANSWER = Pattern.compile("\"op\":\"(welcome|ok|error)\"");

    private final TestServer server;
    private final RawClient requests;
    private final List<Runnable> held = new ArrayList<>();

    Attacker(TestServer server) {
        this.server = server;
        this.requests = raw();
    }

    RawClient raw() {
        RawClient client = new RawClient(server);
        held.add(client::close);
        return client;
    }

    WebSocketListener webSocket(String path, String... headers) {
        WebSocketListener line = new WebSocketListener(server, path, true, headers);
        held.add(line::close);
        return line;
    }

    /// A session over WebSocket that has been welcomed.
    WebSocketListener session() {
        WebSocketListener line = webSocket("/session", "Sec-WebSocket-Protocol: sluice.v1.json");
        ask(line, "{\"op\":\"hello\"}");
        return line;
    }

    /// Subscribes to these names and patterns; gives the answer.
    static String subscribe(WebSocketListener session, int ref, List<String> names) {
        String channels = names.stream().map(each -> '"' + each + '"').collect(Collectors.joining(","));
        return ask(session, "{\"op\":\"subscribe\",\"ref\":" + ref + ",\"channels\":[" + channels + "]}");
    }

    private static String ask(WebSocketListener session, String message) {
        session.sendText(message);
        try {
            while (true) {
                String next = new String(session.frame().payload(), StandardCharsets.UTF_8);
                if (ANSWER.matcher(next).find()) return next; // What is not read in between are events.
            }
        } catch (IOException broken) {
            throw new AssertionError(broken);
        }
    }

    /// Whole answers, which end with a line feed, one after the other on one connection.
    String get(String path) {
        return requests.get(path).until("}\n");
    }

    String post(String path, String body, String... headerLines) {
        return send(requests, path, body, headerLines).until("}\n");
    }

    static RawClient send(RawClient client, String path, String body, String... headerLines) {
        StringBuilder head = new StringBuilder("POST " + path + " HTTP/1.1\r\nHost: localhost\r\n");
        for (String line : headerLines) head.append(line).append("\r\n");
        return client.send(head + "Content-Length: " + body.length() + "\r\n\r\n" + body);
    }

    /// Publishes so many events and more, a batch at a time.
    ///
    /// @param line   of a batch, by its number
    /// @param header of a batch, by its number
    /// @return the answer to the last, or to the first that is refused
    String publish(int events, IntFunction<String> line, IntFunction<String> header) {
        String answer = "";
        for (int batch = 0; batch * BATCH < events; batch++) {
            String body = IntStream.range(batch * BATCH, (batch + 1) * BATCH)
                    .mapToObj(line)
                    .collect(Collectors.joining("\n"));
            answer = post("/channels", body, "Content-Type: application/x-ndjson", header.apply(batch));
            if (!answer.startsWith("HTTP/1.1 200 ")) break;
        }
        return answer;
    }

    /// The first of these connections that has an answer. Which one it is depends on when the server reads what was
    /// sent.
    static <T> T answered(List<T> all, Function<T, RawClient> client) {
        Await.that(
                () -> all.stream().anyMatch(each -> !client.apply(each).hasNothing()), () -> "nobody had to give way");
        return all.stream()
                .filter(each -> !client.apply(each).hasNothing())
                .findFirst()
                .orElseThrow();
    }

    /// The object at the end of an answer.
    static JsonNode body(String answer) {
        return Envelopes.parse(answer.substring(answer.indexOf("\r\n\r\n") + 4));
    }

    @Override
    public void close() {
        held.forEach(Runnable::run);
    }
}
