package dev.sluice.server.matrix;

import dev.sluice.server.TestServer;
import dev.sluice.server.TestWebSocket;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Knocks at doors by the JDK's clients.
///
/// @param channel    stands for `@` in paths and bodies
/// @param event      the id of an event of the channel, for `#`
/// @param name       of the caller, for `~`
/// @param credential null: none
record DoorClient(
        HttpClient http,
        URI hub,
        String channel,
        String event,
        String name,
        @Nullable String credential) {
    private static final String CLOSED = "closed ";
    private static final String CHALLENGE = "Bearer error=\"invalid_token\"";

    private String filled(String text) {
        return text.replace('\'', '"').replace("@", channel).replace("#", event).replace("~", name);
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(hub + filled(path))).timeout(TestServer.PATIENCE);
        return credential == null ? request : request.header("Authorization", "Bearer " + credential);
    }

    Answered get(String path) {
        return send("GET", path, "");
    }

    Answered send(String method, String path, String body) {
        HttpRequest.Builder request = request(path)
                .method(
                        method,
                        method.equals("GET") || method.equals("HEAD")
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(filled(body)));
        if (body.startsWith("{")) request.header("Content-Type", "application/x-ndjson");
        HttpResponse<InputStream> response = exchange(request.build());
        try (InputStream stream = response.body()) {
            if (response.statusCode() >= 400) return refusal(response, stream);
            boolean isList = path.equals("/") || path.startsWith("/channels?limit");
            if (!isList) return Answered.PASSED;
            return text(stream).contains(channel) ? Answered.PASSED : Answered.HIDDEN;
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    private static Answered refusal(HttpResponse<?> response, InputStream body) throws IOException {
        String challenge = response.headers().firstValue("WWW-Authenticate").orElse(null);
        Answered byChallenge = challenge == null
                ? Answered.FORBIDDEN
                : challenge.equals(CHALLENGE) ? Answered.BAD_TOKEN : Answered.UNAUTHORIZED;
        String text = text(body);
        // A HEAD has no body.
        Answered answered = text.isEmpty()
                ? refusal(response.statusCode(), byChallenge)
                : Answered.refusal(
                        response.statusCode(),
                        JsonMapper.shared().readTree(text).path("type").asString());
        if (answered != byChallenge) throw new AssertionError(answered + " with the challenge " + challenge);
        return answered;
    }

    /// By the status and the challenge, where there is no body.
    private static Answered refusal(int status, Answered byChallenge) {
        int its = byChallenge == Answered.FORBIDDEN ? 403 : 401;
        if (status != its) throw new AssertionError("another refusal: " + status);
        return byChallenge;
    }

    private static String text(InputStream body) throws IOException {
        return new String(body.readAllBytes(), StandardCharsets.UTF_8);
    }

    private HttpResponse<InputStream> exchange(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }

    // --- WebSockets

    Answered webSocket(String path) {
        return webSocket(path, "sluice.events", null, _ -> Answered.PASSED);
    }

    /// Sends a message to a WebSocket of a channel and waits for its answer.
    Answered message(String path, String message) {
        return webSocket(path, "sluice.events", filled(message), received -> {
            if (received.has("ok")) return Answered.PASSED;
            return received.has("error") ? refusal(received.path("error")) : null;
        });
    }

    /// Sends a message that is not acknowledged: refused, it ends the connection; else it comes back as an event.
    Answered rawMessage(String path, String message) {
        return webSocket(
                path,
                "sluice.events",
                message,
                received -> received.asString().startsWith(CLOSED) ? closed(received) : Answered.PASSED);
    }

    /// Data that is not JSON, such as the end, as a text.
    private static JsonNode json(String received) {
        return JsonMapper.shared().readTree(received.startsWith("{") ? received : "\"" + received + "\"");
    }

    private Answered closed(JsonNode received) {
        int code = Integer.parseInt(received.asString().substring(CLOSED.length()));
        return refusal(code - 4000, credential == null ? Answered.UNAUTHORIZED : Answered.FORBIDDEN);
    }

    /// Sends an `op` of a session over a WebSocket and waits for its answer.
    Answered op(String message) {
        return webSocket("/session?client=~", "sluice.v1.json", filled(message), DoorClient::opOutcome);
    }

    private static @Nullable Answered opOutcome(JsonNode received) {
        if (received.path("ref").asInt() != 1) return null;
        return switch (received.path("op").asString()) {
            case "ok" -> Answered.PASSED;
            case "error" -> refusal(received.path("problem"));
            default -> null;
        };
    }

    private static Answered refusal(JsonNode problem) {
        return Answered.refusal(
                problem.path("status").asInt(), problem.path("type").asString());
    }

    /// The outcome that a message shows; null: none.
    @FunctionalInterface
    private interface Reader {
        @Nullable
        Answered read(JsonNode received);
    }

    private Answered webSocket(String path, String protocol, @Nullable String message, Reader reader) {
        var builder = http.newWebSocketBuilder().subprotocols(protocol);
        if (credential != null) builder.header("Authorization", "Bearer " + credential);
        try (var socket = new TestWebSocket(builder, URI.create(hub + filled(path)))) {
            if (message == null) return Answered.PASSED;
            if (protocol.equals("sluice.v1.json")) socket.send("{\"op\":\"hello\"}");
            socket.send(message);
            while (true) {
                Answered answered = reader.read(json(socket.next()));
                if (answered != null) return answered;
            }
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        } catch (CompletionException failed) {
            // The JDK keeps the body of a refused handshake to itself.
            if (failed.getCause() instanceof WebSocketHandshakeException refused) {
                try {
                    return refusal(refused.getResponse(), InputStream.nullInputStream());
                } catch (IOException impossible) {
                    throw new AssertionError(impossible);
                }
            }
            throw failed;
        }
    }

    // --- sessions over Server-Sent Events

    /// Sends an `op` of a session with a POST and waits for its answer on the stream.
    Answered postedOp(String message) {
        try (DoorStream stream = DoorStream.open(http, hub + filled("/session?client=~"), credential)) {
            HttpResponse<InputStream> opened = stream.response();
            if (opened.statusCode() != 200) return refusal(opened, opened.body());
            Answered posted = send("POST", "/session/" + stream.session(), message);
            if (posted != Answered.PASSED) return posted;
            while (true) {
                Answered answered = opOutcome(stream.next());
                if (answered != null) return answered;
            }
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }
}
