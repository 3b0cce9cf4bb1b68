package dev.sluice.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.Secure;
import dev.sluice.server.TestServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A session over a third-party client: OkHttp's WebSocket, or `java.net.http` with a stream for the server's
/// messages and requests for the client's.
abstract class SessionClient implements AutoCloseable {
    /// The transport of a session.
    enum Form {
        WEBSOCKET,
        SSE
    }

    /// The end of a session, as a message.
    static final String END = "{\"op\":\"end\"}";

    final BlockingQueue<JsonNode> received = new LinkedBlockingQueue<>();

    static SessionClient open(TestServer server, Form form, String query) {
        SessionClient client = form == Form.WEBSOCKET ? new OverWebSocket(server, query) : new OverSse(server, query);
        if (form == Form.WEBSOCKET) client.send("{'op':'hello'}");
        return client;
    }

    static SessionClient open(TestServer server, Form form) {
        return open(server, form, "");
    }

    /// Sends messages, given with single quotation marks.
    final void send(String... messages) {
        sendRaw(List.of(messages).stream().map(each -> each.replace('\'', '"')).toList());
    }

    abstract void sendRaw(List<String> messages);

    final void receive(String text) {
        received.add(JsonMapper.shared().readTree(text));
    }

    JsonNode next() {
        return next(List.of());
    }

    private JsonNode next(List<JsonNode> before) {
        try {
            JsonNode next = received.poll(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (next == null) throw new AssertionError("nothing received before the deadline, after " + before);
            return next;
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /// The next message of this kind; messages before it are skipped.
    JsonNode next(String op) {
        return next(each -> each.path("op").asString().equals(op));
    }

    JsonNode next(Predicate<JsonNode> wanted) {
        List<JsonNode> others = new ArrayList<>();
        while (true) {
            JsonNode next = next(others);
            if (wanted.test(next)) return next;
            others.add(next);
            if (next.path("op").asString().equals("end"))
                throw new AssertionError("not received before the end: " + others);
        }
    }

    /// The next message, which must be of this kind.
    JsonNode expect(String op) {
        JsonNode next = next();
        assertThat(next.path("op").asString()).as(() -> next.toString()).isEqualTo(op);
        return next;
    }

    @Override
    public abstract void close();

    private static final class OverWebSocket extends SessionClient {
        private static final OkHttpClient HTTP = new OkHttpClient();
        private final WebSocket socket;

        OverWebSocket(TestServer server, String query) {
            Request request = new Request.Builder()
                    .url(server.uri("/session" + query).toString())
                    .header("Sec-WebSocket-Protocol", "sluice.v1.json")
                    .build();
            socket = HTTP.newWebSocket(request, new WebSocketListener() {
                @Override
                public void onMessage(WebSocket from, String text) {
                    receive(text);
                }

                @Override
                public void onClosing(WebSocket from, int code, String reason) {
                    receive("{\"op\":\"end\",\"code\":" + code + "}");
                    from.close(code, null);
                }

                @Override
                public void onFailure(WebSocket from, Throwable failure, @Nullable Response refusal) {
                    receive("{\"op\":\"end\",\"status\":" + (refusal == null ? 0 : refusal.code()) + "}");
                }
            });
        }

        @Override
        void sendRaw(List<String> messages) {
            messages.forEach(socket::send);
        }

        @Override
        public void close() {
            socket.cancel();
        }
    }

    private static final class OverSse extends SessionClient {
        private final HttpClient http;
        private final TestServer server;
        private final String session;

        OverSse(TestServer server, String query) {
            this.server = server;
            HttpClient.Builder client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1);
            if (server.isSecure()) client.sslContext(Secure.CONTEXT).version(HttpClient.Version.HTTP_2);
            this.http = client.build();
            var request = HttpRequest.newBuilder(server.uri("/session" + query))
                    .header("Accept", "text/event-stream")
                    .build();
            http.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream())
                    .thenAccept(answer -> Thread.ofVirtual().start(() -> {
                        try (var lines =
                                new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
                            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                                if (line.startsWith("data: ")) receive(line.substring(6));
                                else if (!line.isEmpty() && !line.startsWith(":")) receive("{\"op\":\"odd\"}");
                            }
                            receive(END);
                        } catch (IOException cut) {
                            receive("{\"op\":\"end\",\"cut\":true}");
                        }
                    }));
            JsonNode welcome = next();
            session = welcome.path("session").asString();
            received.add(welcome);
        }

        @Override
        void sendRaw(List<String> messages) {
            assertThat(server.post(
                                    "/session/" + session,
                                    String.join("\n", messages),
                                    "Content-Type",
                                    "application/x-ndjson")
                            .statusCode())
                    .isEqualTo(204);
        }

        @Override
        public void close() {
            http.shutdownNow();
        }
    }
}
