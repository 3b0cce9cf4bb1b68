package dev.sluice.relay;

import dev.sluice.Access.Action;
import dev.sluice.Event;
import dev.sluice.EventPage;
import dev.sluice.Message;
import dev.sluice.PublishResult;
import dev.sluice.Request;
import dev.sluice.Response;
import dev.sluice.Routes;
import dev.sluice.Sluice;
import dev.sluice.SseEvent;
import dev.sluice.SseStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The paths of one provider.
final class ProviderRoutes {
    static final String CHANNELS = "answers/";

    /// A client that hears nothing from the provider for this long gets a stream, so that no proxy gives up.
    private static final long HEAD_MAX_MS = 5_000;

    private static final Duration COMMENT_EVERY = Duration.ofSeconds(15);
    private static final Duration WHOLE_MAX = Duration.ofMinutes(10);
    private static final int WHOLE_BYTES_MAX = 16 << 20;
    private static final int PIECE_BYTES = 64 << 10;
    private static final int PAGE = 256;
    private static final int ID_BYTES = 16;
    private static final List<String> FORWARDED =
            List.of("anthropic-version", "anthropic-beta", "OpenAI-Beta", "OpenAI-Organization", "OpenAI-Project");
    private static final JsonMapper JSON = new JsonMapper();
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Sluice hub;
    private final Provider provider;
    private final HttpClient client;
    private final ModelCalls calls;

    ProviderRoutes(Sluice hub, Provider provider, HttpClient client, ModelCalls calls) {
        this.hub = hub;
        this.provider = provider;
        this.client = client;
        this.calls = calls;
    }

    void register(Routes routes, String path) {
        for (Format each : Format.values()) {
            if (each.style() == provider.style()) routes.post(path + each.path(), request -> post(request, each));
        }
    }

    private Response post(Request request, Format format) throws InterruptedException {
        JsonNode body;
        try {
            body = JSON.readTree(request.body());
        } catch (JacksonException invalid) {
            return Response.problem(400, "The body is not JSON.");
        }
        String channel = CHANNELS + id(request, format);
        request.require(Action.PUBLISH, channel);
        request.require(Action.SUBSCRIBE, channel);
        try {
            if (!body.path("stream").asBoolean(false)) return whole(request, format);
            return stream(request, format, channel, body);
        } catch (RefusedException refused) {
            return refused.response();
        }
    }

    /// Returns a part of a name that nobody guesses: random, or of the caller and its idempotency key, so that
    /// the same request finds its answer again, on any node and after a restart.
    private String id(Request request, Format format) {
        byte[] id = new byte[ID_BYTES];
        String key = request.header("Idempotency-Key").orElse("");
        if (key.isEmpty()) RANDOM.nextBytes(id);
        else
            id = Arrays.copyOf(
                    sha256(String.join("\n", provider.name(), format.text(), caller(request), key)), ID_BYTES);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(id);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String caller(Request request) {
        return request.caller().orElse("");
    }

    /// Relays a request whose answer is not streamed, and is not stored.
    private Response whole(Request request, Format format) throws InterruptedException {
        try (Place place = calls.take(counted(request), request.body().length)) {
            var answer =
                    client.send(upstream(request, format).timeout(WHOLE_MAX).build(), BodyHandlers.ofInputStream());
            Response whole = new Response(answer.statusCode(), List.of(), read(answer.body(), place));
            return Refusal.forward(answer, whole.header("Content-Type", "application/json"));
        } catch (IOException failed) { // Its message may have the address.
            return Response.problem(502, "The provider can't be reached, or its answer has more than 16 MiB.");
        }
    }

    /// Reads an answer that is not streamed, whose memory is taken as it arrives.
    private byte[] read(InputStream stream, Place place) throws IOException {
        Future<?> timeout = calls.closeAfter(WHOLE_MAX, stream);
        try (stream) {
            var body = new ByteArrayOutputStream();
            while (true) {
                byte[] piece = stream.readNBytes(PIECE_BYTES);
                if (piece.length == 0) return body.toByteArray();
                if (body.size() + piece.length > WHOLE_BYTES_MAX) throw new IOException("too large");
                place.take(3 * piece.length); // The buffer grows by doubling, and is copied at the end.
                body.write(piece);
            }
        } finally {
            timeout.cancel(false);
        }
    }

    private Response stream(Request request, Format format, String channel, JsonNode body) throws InterruptedException {
        if (hub.channel(channel).latest().isEmpty()) {
            Optional<Response> refusal = begin(request, format, channel, body);
            if (refusal.isPresent()) return refusal.get();
        }
        return Response.events(stream -> copy(channel, format, stream))
                .header("Sluice-Channel", channel)
                .header("Access-Control-Expose-Headers", "Sluice-Channel");
    }

    /// Calls the model, unless a request with the same idempotency key does so already.
    ///
    /// @return the response if there is no stream
    private Optional<Response> begin(Request request, Format format, String channel, JsonNode body)
            throws InterruptedException {
        Place place = calls.take(counted(request), request.body().length);
        boolean isStarted = false;
        try {
            HttpRequest upstream = upstream(request, format).build(); // Refuses invalid headers before the start.
            Message start = Message.json(Map.of(
                            "format", format.text(), "model", body.path("model").asString("")))
                    .type(Answer.START)
                    .ifEmpty()
                    .lease(ModelCalls.LEASE);
            String author = request.caller().orElse(null);
            PublishResult first = hub.channel(channel).publish(author == null ? start : start.from(author));
            return switch (first) {
                case PublishResult.Stored stored -> {
                    // The other formats have no such field, which a provider may overlook.
                    int choices = format == Format.OPENAI_CHAT
                            ? Math.max(1, body.path("n").asInt(1))
                            : 1;
                    var answer = new Answer(format, choices);
                    var call = new ModelCall(
                            hub, client, upstream, answer, new ModelCall.Start(channel, stored.id(), author), place);
                    calls.start(place, call);
                    isStarted = true;
                    yield call.refusal(HEAD_MAX_MS);
                }
                case PublishResult.LatestDiffers _, PublishResult.Ended _ -> Optional.empty();
                case PublishResult.Full full -> Optional.of(Response.problem(507, full.detail()));
                case PublishResult.TooManyChannels _ ->
                    Optional.of(Response.problem(503, "The hub has as many channels as it may have."));
                case PublishResult.Repeated _, PublishResult.KeyReused _ ->
                    throw new IllegalStateException("The start of an answer has no idempotency key.");
            };
        } finally {
            if (!isStarted) place.close();
        }
    }

    private static String counted(Request request) {
        return request.caller().orElseGet(() -> request.remote().getAddress() + "");
    }

    private HttpRequest.Builder upstream(Request request, Format format) {
        HttpRequest.Builder upstream = provider.request(format.path())
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(request.body()));
        for (String each : FORWARDED) {
            String value = request.header(each).orElse(null);
            try {
                if (value != null) upstream.header(each, value);
            } catch (IllegalArgumentException invalid) {
                throw new RefusedException(Response.problem(400, "The header " + each + " has invalid characters."));
            }
        }
        return upstream;
    }

    /// Sends an answer from its beginning to its end.
    private void copy(String channel, Format format, SseStream stream) throws InterruptedException {
        stream.every(COMMENT_EVERY, () -> stream.send(SseEvent.comment("")));
        boolean hasFailed = false;
        EventPage page = hub.channels(channel).earliest().read(PAGE, COMMENT_EVERY);
        while (true) {
            for (Event each : page.events()) {
                if (each.type().equals(Answer.END)) {
                    if (!hasFailed) end(each, format, stream);
                    stream.close();
                    return;
                }
                if (each.type().equals(Answer.START)) continue;
                String type = Answer.providerType(each.type());
                hasFailed = format.failure(type, JSON.readTree(each.bytes())) != null;
                stream.send(format.event(type, each.text()).id(each.id()));
            }
            if (page.hasEnded() || page.gap().isPresent()) {
                error(format, stream, "gone", "The answer was deleted, or ended by an event of another kind.");
                stream.close();
                return;
            }
            page = page.next().read(PAGE, COMMENT_EVERY);
        }
    }

    private static void end(Event event, Format format, SseStream stream) {
        JsonNode end = JSON.readTree(event.bytes());
        switch (end.path("status").asString("")) {
            case "done" -> {
                if (format == Format.OPENAI_CHAT) stream.send(Format.DONE);
            }
            case "stopped" -> error(format, stream, "stopped", "The answer was stopped.");
            default -> error(format, stream, "failed", end.path("message").asString("The answer failed."));
        }
    }

    private static void error(Format format, SseStream stream, String code, String message) {
        stream.send(format.event("error", JSON.writeValueAsString(format.error(code, message))));
    }
}
