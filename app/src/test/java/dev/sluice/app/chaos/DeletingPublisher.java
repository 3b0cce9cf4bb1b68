package dev.sluice.app.chaos;

import dev.sluice.app.killed.ChannelClient;
import dev.sluice.app.killed.Client;
import dev.sluice.core.history.Publishes;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Publishes events, each to a separate channel, and deletes each once it is acknowledged: the whole channel,
/// the event by its id, or all of its key, in turns. The first attempt of each publish is soon given up and
/// repeated elsewhere with the same `Idempotency-Key`, so that a node that is cut off or stopped carries it
/// out when all is over.
final class DeletingPublisher implements Client {
    private static final Duration FIRST_ATTEMPT = Duration.ofMillis(400);
    private static final Duration TIMEOUT = Duration.ofSeconds(4);
    private static final List<String> WAYS = List.of("", "?id=", "?key=k");

    private final HttpClient http;
    private final Supplier<String> first;
    private final Supplier<String> any;
    private final String name;
    private final Publishes publishes;
    private final Map<String, String> deletions = new ConcurrentHashMap<>();

    /// @param first the URL of the node at which a publish is tried first
    /// @param any   the URL of a node for everything else
    /// @param name  a prefix of its channels and values
    DeletingPublisher(HttpClient http, Supplier<String> first, Supplier<String> any, String name, Publishes publishes) {
        this.http = http;
        this.first = first;
        this.any = any;
        this.name = name;
        this.publishes = publishes;
    }

    /// The values that it has deleted so far, and how.
    Map<String, String> deletions() {
        return Map.copyOf(deletions);
    }

    @Override
    public void step(int number) throws InterruptedException {
        String channel = name + "/" + number;
        String id = publish(channel, channel);
        if (id == null) return;
        String way = WAYS.get(number % WAYS.size());
        if (delete(channel + (way.equals("?id=") ? way + id : way))) deletions.put(channel, "DELETE" + way);
    }

    /// @return null if the answer is a fault
    private @Nullable String publish(String channel, String value) throws InterruptedException {
        HttpResponse<String> answer = publish(first.get(), FIRST_ATTEMPT, channel, value);
        while (answer == null || ChannelClient.isUnavailable(answer))
            answer = publish(any.get(), TIMEOUT, channel, value);
        if (answer.statusCode() == 201) return ChannelClient.id(answer);
        publishes.fault(value + " was answered " + answer.statusCode() + " " + answer.body());
        return null;
    }

    private @Nullable HttpResponse<String> publish(String node, Duration timeout, String channel, String value)
            throws InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(node + "/channels/" + channel + "?key=k"))
                .timeout(timeout)
                .header("Idempotency-Key", value)
                .POST(HttpRequest.BodyPublishers.ofString(value))
                .build());
    }

    /// @return false if the answer is a fault
    private boolean delete(String what) throws InterruptedException {
        while (true) {
            var answer = send(HttpRequest.newBuilder(URI.create(any.get() + "/channels/" + what))
                    .timeout(TIMEOUT)
                    .DELETE()
                    .build());
            if (answer == null || ChannelClient.isUnavailable(answer)) continue;
            if (answer.statusCode() == 204) return true;
            publishes.fault("DELETE of " + what + " was answered " + answer.statusCode() + " " + answer.body());
            return false;
        }
    }

    private @Nullable HttpResponse<String> send(HttpRequest request) throws InterruptedException {
        try {
            return http.send(request, BodyHandlers.ofString());
        } catch (IOException _) {
            LockSupport.parkNanos(5_000_000); // Down, or too slow: the caller continues with another node.
            return null;
        }
    }
}
