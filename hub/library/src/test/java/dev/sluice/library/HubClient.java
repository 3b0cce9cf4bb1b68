package dev.sluice.library;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A client of a hub over real sockets, by the JDK's own HTTP client.
final class HubClient implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /// How a request or message ended: a problem's status and text, or a status of success.
    record Outcome(int status, String body) {}

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI hub;

    HubClient(URI hub) {
        this.hub = hub;
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(hub.resolve(path)).timeout(PATIENCE);
    }

    private <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler) {
        try {
            return http.send(request.build(), handler);
        } catch (IOException failed) {
            throw new AssertionError(failed);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    HttpResponse<String> get(String path) {
        return send(to(path), BodyHandlers.ofString());
    }

    HttpResponse<String> html(String path) {
        return send(to(path).header("Accept", "text/html"), BodyHandlers.ofString());
    }

    CompletableFuture<HttpResponse<String>> begin(String path) {
        return http.sendAsync(to(path).build(), BodyHandlers.ofString());
    }

    HttpResponse<String> send(String method, String path, String type, String body) {
        return send(
                to(path).header("Content-Type", type).method(method, BodyPublishers.ofString(body)),
                BodyHandlers.ofString());
    }

    /// Opens a stream, or receives an answer, and leaves.
    Outcome open(String path) {
        HttpResponse<InputStream> answer = send(to(path), BodyHandlers.ofInputStream());
        try (InputStream body = answer.body()) {
            boolean isRefused = answer.statusCode() >= 400;
            return new Outcome(
                    answer.statusCode(), isRefused ? new String(body.readAllBytes(), StandardCharsets.UTF_8) : "");
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    /// The answer to HEAD has no body, so that of GET stands in for it.
    Outcome head(String path) {
        int status = send(to(path).method("HEAD", BodyPublishers.noBody()), BodyHandlers.ofString())
                .statusCode();
        return new Outcome(status, status >= 400 ? get(path + "?as=json").body() : "");
    }

    Outcome publish(String method, String path, String body) {
        HttpResponse<String> answer = send(method, path, "text/plain", body);
        return new Outcome(answer.statusCode(), answer.body());
    }

    Outcome batch(String path, String channel) {
        HttpResponse<String> answer =
                send("POST", path, "application/x-ndjson", "{\"channel\":\"" + channel + "\",\"data\":\"x\"}\n");
        return new Outcome(answer.statusCode(), answer.body());
    }

    /// The id of an event of `open/a`, published with an idempotency key.
    String publishOnce(String user, String key) {
        HttpRequest.Builder request = to("/channels/open/a")
                .headers("Content-Type", "text/plain; charset=utf-8", "X-User", user, "Idempotency-Key", key)
                .POST(BodyPublishers.ofString("x"));
        return send(request, BodyHandlers.ofString()).body();
    }

    // --- WebSockets

    private static final class Messages implements WebSocket.Listener {
        private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
        private final StringBuilder message = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            message.append(data);
            if (last) {
                received.add(message.toString());
                message.setLength(0);
            }
            socket.request(1);
            return CompletableFuture.completedFuture(null);
        }

        String until(Pattern wanted) {
            try {
                while (true) {
                    String next = received.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                    if (next == null) throw new AssertionError("no message has " + wanted);
                    if (wanted.matcher(next).find()) return next;
                }
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
        }
    }

    private WebSocket connect(String path, Messages messages, String... protocol) {
        URI uri = URI.create(hub.resolve(path).toString().replaceFirst("^http", "ws"));
        WebSocket.Builder builder = http.newWebSocketBuilder();
        if (protocol.length > 0) builder.subprotocols(protocol[0]);
        return builder.buildAsync(uri, messages).join();
    }

    /// Browsers and the JDK hide the text of a refused handshake, so it is read by a plain poll.
    Outcome webSocket(String path) {
        try {
            connect(path, new Messages()).abort();
            return new Outcome(200, "");
        } catch (CompletionException failed) {
            if (!(failed.getCause() instanceof WebSocketHandshakeException refused)) throw failed;
            return new Outcome(
                    refused.getResponse().statusCode(), get(path + "?as=json").body());
        }
    }

    Outcome publishOverWebSocket(String path) {
        Messages messages = new Messages();
        WebSocket socket;
        try {
            socket = connect(path, messages);
        } catch (CompletionException failed) {
            if (!(failed.getCause() instanceof WebSocketHandshakeException refused)) throw failed;
            return new Outcome(
                    refused.getResponse().statusCode(), get(path + "?as=json").body());
        }
        socket.sendText("{\"ref\":1,\"data\":\"x\"}", true);
        Outcome outcome = outcome(messages.until(Pattern.compile("\"ref\":1[,}]")));
        socket.abort();
        return outcome;
    }

    /// Sends one message in a session over a WebSocket.
    Outcome op(String message) {
        Messages messages = new Messages();
        WebSocket socket = connect("/session", messages, "sluice.v1.json");
        socket.sendText("{\"op\":\"hello\"}", true).join();
        socket.sendText(message, true).join();
        Outcome outcome = outcome(messages.until(Pattern.compile("\"ref\":1[,}]")));
        socket.abort();
        return outcome;
    }

    private static Outcome outcome(String message) {
        Matcher status = Pattern.compile("\"status\":(\\d+)").matcher(message);
        return status.find() ? new Outcome(Integer.parseInt(status.group(1)), message) : new Outcome(200, message);
    }

    // --- sessions over Server-Sent Events

    /// Sends one message in a session over Server-Sent Events.
    Outcome postedOp(String message) {
        try (var session = sessionOverSse("")) {
            session.post("", message);
            return outcome(session.until("\"ref\":1"));
        }
    }

    SseSession sessionOverSse(String user) {
        HttpRequest.Builder request = to("/session").header("Accept", "text/event-stream");
        request.header("X-User", user);
        return new SseSession(send(request, BodyHandlers.ofInputStream()).body());
    }

    final class SseSession implements AutoCloseable {
        private final BufferedReader lines;
        private final String path;

        private SseSession(InputStream stream) {
            lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
            Matcher id = Pattern.compile("\"session\":\"(\\w+)\"").matcher(until("welcome"));
            if (!id.find()) throw new AssertionError("a welcome has the session's id");
            path = "/session/" + id.group(1);
        }

        HttpResponse<String> post(String user, String message) {
            return send(
                    to(path).header("X-User", user).POST(BodyPublishers.ofString(message + "\n")),
                    BodyHandlers.ofString());
        }

        /// The next line that contains a text.
        String until(String text) {
            try {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.contains(text)) return line;
                }
                throw new AssertionError("the session has ended without " + text);
            } catch (IOException failed) {
                throw new AssertionError(failed);
            }
        }

        @Override
        public void close() {
            try {
                lines.close();
            } catch (IOException failed) {
                throw new AssertionError(failed);
            }
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
