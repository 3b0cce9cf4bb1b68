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

/// A client with any number of connections, which stay open until it is closed.
final class Attacker implements AutoCloseable {
    private static final int BATCH = 100;
    private static final Pattern ANSWER = Pattern.compile("\"op\":\"(welcome|ok|error)\"");

    private final TestServer server;
    private final RawClient requests;
    private final List<Runnable> openConnections = new ArrayList<>();

    Attacker(TestServer server) {
        this.server = server;
        this.requests = raw();
    }

    RawClient raw() {
        RawClient client = new RawClient(server);
        openConnections.add(client::close);
        return client;
    }

    WebSocketListener webSocket(String path, String... headers) {
        WebSocketListener webSocket = new WebSocketListener(server, path, true, headers);
        openConnections.add(webSocket::close);
        return webSocket;
    }

    /// A WebSocket session that has received its welcome.
    WebSocketListener session() {
        WebSocketListener webSocket = webSocket("/session", "Sec-WebSocket-Protocol: sluice.v1.json");
        ask(webSocket, "{\"op\":\"hello\"}");
        return webSocket;
    }

    /// Subscribes to these names and patterns; returns the answer.
    static String subscribe(WebSocketListener session, int ref, List<String> names) {
        String channels = names.stream().map(each -> '"' + each + '"').collect(Collectors.joining(","));
        return ask(session, "{\"op\":\"subscribe\",\"ref\":" + ref + ",\"channels\":[" + channels + "]}");
    }

    private static String ask(WebSocketListener session, String message) {
        session.sendText(message);
        try {
            while (true) {
                String next = new String(session.frame().payload(), StandardCharsets.UTF_8);
                if (ANSWER.matcher(next).find()) return next; // Messages skipped in between are events.
            }
        } catch (IOException broken) {
            throw new AssertionError(broken);
        }
    }

    /// Returns a whole answer, which ends with a line feed; requests share one connection.
    String get(String path) {
        return requests.get(path).until("}\n");
    }

    String post(String path, String body, String... headerLines) {
        return send(requests, path, body, headerLines).until("}\n");
    }

    static RawClient send(RawClient client, String path, String body, String... headerLines) {
        StringBuilder head = new StringBuilder("POST " + path + " HTTP/1.1\r\nHost: localhost\r\n");
        for (String header : headerLines) head.append(header).append("\r\n");
        return client.send(head + "Content-Length: " + body.length() + "\r\n\r\n" + body);
    }

    /// Publishes at least this many events, in batches.
    ///
    /// @param line   a line of a batch, by its number
    /// @param header a header of a batch, by its number
    /// @return the answer to the last batch, or to the first that is refused
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

    /// The first of these connections with an answer. It varies with the order in which the server reads.
    static <T> T answered(List<T> all, Function<T, RawClient> client) {
        Await.that(
                () -> all.stream().anyMatch(each -> !client.apply(each).hasNothing()),
                () -> "no connection was answered");
        return all.stream()
                .filter(each -> !client.apply(each).hasNothing())
                .findFirst()
                .orElseThrow();
    }

    /// The object in the body of an answer.
    static JsonNode body(String answer) {
        return Envelopes.parse(answer.substring(answer.indexOf("\r\n\r\n") + 4));
    }

    @Override
    public void close() {
        openConnections.forEach(Runnable::run);
    }
}
