package dev.sluice.app.killed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// An answer with a lease, and its author, who repeats each request until the hub answers.
///
/// @param node         chooses the URL of a node
/// @param acknowledged the words that the hub has acknowledged, in order
record LeasedAnswer(HttpClient client, Supplier<String> node, String channel, List<String> acknowledged) {
    static final String WILL =
            "{\"status\":\"failed\",\"reason\":\"lost\",\"message\":\"The author of this answer was lost.\"}";

    private static final String DONE = "{\"status\":\"done\"}";
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    LeasedAnswer(HttpClient client, Supplier<String> node, String channel) {
        this(client, node, channel, new ArrayList<>());
    }

    /// This answer at another node.
    LeasedAnswer at(Supplier<String> other) {
        return new LeasedAnswer(client, other, channel, acknowledged);
    }

    int words() {
        return acknowledged.size();
    }

    /// Publishes words, until one is refused because the answer has ended.
    void publish(int words, int leaseSeconds) {
        for (int i = 0; i < words; i++) if (!publish(leaseSeconds)) return;
    }

    /// @return false if the answer has ended
    boolean publish(int leaseSeconds) {
        HttpResponse<String> answer = publish("?lease=" + leaseSeconds);
        assertThat(answer.statusCode()).as(answer.body()).isIn(201, 409);
        return answer.statusCode() == 201;
    }

    private HttpResponse<String> publish(String query) {
        String word = "word-" + acknowledged.size();
        HttpResponse<String> answer = send(request("/channels/" + channel + query)
                .header("Idempotency-Key", channel + word)
                .POST(BodyPublishers.ofString(word)));
        if (answer.statusCode() == 201) acknowledged.add(word);
        return answer;
    }

    /// Publishes a word without renewing the lease, and renews it without a word.
    void publishAndRenew(int leaseSeconds) {
        HttpResponse<String> answer = publish("");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        renew(leaseSeconds);
    }

    /// Renews the lease, which must be there.
    void renew(int leaseSeconds) {
        HttpResponse<String> answer =
                send(request("/leases/" + channel + "?seconds=" + leaseSeconds).PUT(BodyPublishers.noBody()));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
    }

    /// Waits for the last will, and counts what is before it.
    void requireLost() {
        List<String> expected = new ArrayList<>(acknowledged);
        expected.add(WILL);
        assertThat(read()).as(channel).isEqualTo(expected);
    }

    /// Ends the answer, and counts its words.
    void requireDone() {
        HttpResponse<String> answer = send(request("/channels/" + channel + "?type=end&close=true")
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", channel + "end")
                .POST(BodyPublishers.ofString(DONE)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        List<String> expected = new ArrayList<>(acknowledged);
        expected.add(DONE);
        assertThat(read()).as(channel).isEqualTo(expected);
    }

    /// The data of all events, once the answer has ended.
    List<String> read() {
        List<String> all = new ArrayList<>();
        String cursor = "earliest";
        for (long end = System.nanoTime() + PATIENCE.toNanos(); System.nanoTime() < end; ) {
            JsonNode page = page(cursor);
            assertThat(page.has("gap")).as(page.toString()).isFalse();
            for (JsonNode each : page.path("events")) {
                JsonNode data = each.path("data");
                all.add(data.isString() ? data.asString() : data.toString());
            }
            cursor = page.path("cursor").asString();
            if (page.has("closed")) return all;
        }
        throw new AssertionError(channel + " does not end after " + all);
    }

    /// Waits for the first word.
    void awaitText() {
        for (long end = System.nanoTime() + PATIENCE.toNanos(); System.nanoTime() < end; )
            if (!page("earliest").path("events").isEmpty()) return;
        throw new AssertionError(channel + " has no text");
    }

    private JsonNode page(String cursor) {
        String path = "/channels/" + channel + "?as=json&limit=1000&wait=5&after=" + cursor;
        return JsonMapper.shared().readTree(send(request(path).GET()).body());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(node.get() + path)).timeout(Duration.ofSeconds(20));
    }

    /// Repeats a request until there is an answer.
    private HttpResponse<String> send(HttpRequest.Builder request) {
        for (long end = System.nanoTime() + PATIENCE.toNanos(); System.nanoTime() < end; ) {
            try {
                HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
                if (!ChannelClient.isUnavailable(answer)) return answer;
            } catch (IOException _) {
                LockSupport.parkNanos(5_000_000); // The hub is down.
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
        }
        throw new AssertionError("no answer about " + channel);
    }
}
