package dev.sluice.client;

import dev.sluice.client.http.HttpStatusException;
import dev.sluice.client.http.HubHttp;
import dev.sluice.client.http.Monitor;
import dev.sluice.client.http.StreamedResponse;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Sends single requests without retries, at the next node where one does not answer, or answers 5xx; the caller
 * decides whether to retry. Safe for use by many threads.
 */
final class HubQueries {
    /** Limit for one page of the list of channels. */
    private static final int LIST_BYTES_MAX = 16 << 20;

    private final HubNodes hub;
    private final HubHttp hubHttp;
    private final Settings settings;
    private final Duration answerMax;

    /** @param answerMax how long an answer may take */
    HubQueries(HubNodes hub, HubHttp hubHttp, Settings settings, Duration answerMax) {
        this.hub = hub;
        this.hubHttp = hubHttp;
        this.settings = settings;
        this.answerMax = answerMax;
    }

    ChannelHead head(String channel) throws InterruptedException {
        var address = hub.first().channel(HubAddress.checkName(channel), Map.of());
        var request = HttpRequest.newBuilder(address).method("HEAD", HttpRequest.BodyPublishers.noBody());
        return send(
                request,
                answer -> new ChannelHead(
                        answer.header("Sluice-Cursor")
                                .orElseThrow(() -> new ProtocolException(
                                        address + " answered without a cursor: this is not a hub", null)),
                        answer.header("Sluice-Latest"),
                        answer.header("Sluice-Earliest"),
                        answer.header("Sluice-Closed").isPresent()));
    }

    String channels(Map<String, String> parameters) throws InterruptedException {
        var request = HttpRequest.newBuilder(hub.first().channels(List.of(), parameters));
        return send(
                request.header("Accept", "application/json"),
                answer -> new String(answer.body().readAll(LIST_BYTES_MAX, answerMax), StandardCharsets.UTF_8));
    }

    void renewLease(String channel, Duration lease) throws InterruptedException {
        var address = hub.first().lease(channel, Map.of("seconds", Long.toString(lease.toSeconds())));
        send(HttpRequest.newBuilder(address).PUT(HttpRequest.BodyPublishers.noBody()), StreamedResponse::status);
    }

    private interface AnswerReader<T> {
        T read(StreamedResponse answer) throws IOException, InterruptedException;
    }

    private <T> T send(HttpRequest.Builder builder, AnswerReader<T> reader) throws InterruptedException {
        var given = builder.build();
        var node = hub.choose();
        for (int left = hub.count() - 1; left > 0; left--) {
            try {
                return sendOnce(node.addressed(given), reader);
            } catch (UnreachableException reason) {
                node.leave(0);
            } catch (RefusedException refusal) {
                if (!node.leave(refusal.problem().status())) throw refusal;
            }
        }
        return sendOnce(node.addressed(given), reader);
    }

    private <T> T sendOnce(HttpRequest request, AnswerReader<T> reader) throws InterruptedException {
        try {
            return send(request, reader);
        } catch (HttpStatusException reason) {
            if (hubHttp.tokens().refusals().renewedAfter(reason).isEmpty()) throw new RefusedException(reason);
        }
        try {
            return send(request, reader); // With a new token.
        } catch (HttpStatusException reason) {
            throw new RefusedException(reason);
        }
    }

    private <T> T send(HttpRequest request, AnswerReader<T> reader) throws InterruptedException, HttpStatusException {
        try (var monitor = new Monitor(settings.time());
                var answer = hubHttp.send(request, monitor, answerMax)) {
            if (answer.status() / 100 != 2) throw HttpStatusException.read(answer, monitor, answerMax);
            return reader.read(answer);
        } catch (IOException reason) {
            throw new UnreachableException(request.uri() + ": " + reason.getMessage(), false, reason);
        }
    }
}
