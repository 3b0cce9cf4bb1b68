package dev.sluice.server.order;

import dev.sluice.core.event.Event;
import dev.sluice.core.history.Fact;
import dev.sluice.core.history.RecordingLog;
import dev.sluice.server.TestServer;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// A publisher with its own thread: it sends one request after the other, some cut off without reading the answer
/// and then repeated.
final class RandomPublisher implements Runnable {
    private final TestServer server;
    private final RecordingLog recording;
    private final Random random;
    private final Rounds.Trace trace;
    private final Publications publications;
    private final int requests;
    private final List<Publications.Request> repeatable = new ArrayList<>();
    private final List<Answered> answered = new ArrayList<>();

    /// @param moment the moment by which it was answered
    private record Answered(Publications.Request request, HttpResponse<String> response, long moment) {}

    RandomPublisher(
            TestServer server,
            RecordingLog recording,
            Random random,
            String name,
            int requests,
            int bytesMax,
            Rounds.Trace trace) {
        this.server = server;
        this.recording = recording;
        this.random = random;
        this.trace = trace;
        this.requests = requests;
        this.publications = new Publications(random, name, bytesMax);
    }

    @Override
    public void run() {
        try {
            for (int i = 0; i < requests; i++) move();
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }

    private void move() throws Exception {
        switch (random.nextInt(40)) {
            case 0 -> delete(Publications.CHANNELS.get(random.nextInt(Publications.CHANNELS.size())));
            case 1 -> forget();
            case 2, 3 -> {
                if (!repeatable.isEmpty()) publish(repeatable.get(random.nextInt(repeatable.size())));
            }
            default -> {
                Publications.Request request = publications.draw(12, true);
                if (request.once() != null) repeatable.add(request);
                if (request.once() != null && random.nextBoolean()) sendAndCut(request);
                publish(request);
            }
        }
    }

    private void publish(Publications.Request request) throws Exception {
        HttpRequest.Builder builder = HttpRequest.newBuilder(server.uri(request.target()))
                .timeout(TestServer.PATIENCE)
                .POST(HttpRequest.BodyPublishers.ofByteArray(request.body()));
        request.fields().forEach(builder::header);
        HttpResponse<String> response = Servers.HTTP.send(builder.build(), HttpResponse.BodyHandlers.ofString());
        answered.add(new Answered(request, response, recording.moment()));
        if (response.statusCode() == 409 && random.nextBoolean())
            delete(request.drafts().getFirst().channel().value());
    }

    /// Sends a part of the request or all of it, and disconnects before the answer.
    private void sendAndCut(Publications.Request request) throws Exception {
        RawHttpConnection connection = new RawHttpConnection(server.server().uri(), 0);
        connection.post(request);
        int sent = random.nextBoolean() ? request.body().length : random.nextInt(request.body().length + 1);
        connection.send(Arrays.copyOf(request.body(), sent));
        connection.cut();
    }

    private void delete(String channel) throws Exception {
        trace.add("delete " + channel);
        send("/channels/" + channel);
    }

    private void forget() throws Exception {
        List<Fact> facts = recording.facts();
        if (facts.isEmpty()) return;
        Fact fact = facts.get(random.nextInt(Math.max(0, facts.size() - 50), facts.size()));
        send("/channels/" + fact.entry.channel() + "?id=" + fact.entry.id());
    }

    private void send(String target) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(server.uri(target)).DELETE().build();
        Servers.HTTP.send(request, HttpResponse.BodyHandlers.discarding());
    }

    /// Checks that every acknowledged event was in the log by then, once and unchanged, and that all events are in
    /// the order sent.
    void check() {
        Map<String, List<Fact>> byKey = new HashMap<>();
        for (Fact fact : recording.facts()) {
            var once = fact.publication.conditions().idempotency();
            if (once != null)
                byKey.computeIfAbsent(fact.entry.channel() + " " + once.key(), _ -> new ArrayList<>())
                        .add(fact);
        }
        for (Answered each : answered) check(each, byKey);
        checkOrder();
    }

    private void check(Answered answer, Map<String, List<Fact>> byKey) {
        int status = answer.response.statusCode();
        if (status == 409) return;
        Publications.Request request = answer.request;
        if (status != (request.isCounted() ? 200 : 201)) throw failure(answer, "this status is wrong");
        var body = Observation.JSON.readTree(answer.response.body());
        String id = Observation.text(body, request.isCounted() ? "last" : "id");
        boolean isThere = recording.facts().stream()
                .anyMatch(fact -> fact.entry.id().text().equals(id) && fact.placed <= answer.moment);
        if (!isThere) throw failure(answer, "the event was not in the log by then");
        if (request.once() == null) return;
        for (int i = 0; i < request.drafts().size(); i++) {
            var channel = request.drafts().get(i).channel();
            List<Fact> placed = byKey.getOrDefault(channel + " " + request.once(i), List.of());
            long publications =
                    placed.stream().map(fact -> fact.publication).distinct().count();
            long epochs = 1
                    + recording.deletions().stream()
                            .filter(deletion -> deletion.channel().equals(channel))
                            .count();
            if (publications == 0 || publications > epochs)
                throw failure(answer, "the log has " + placed.size() + " of " + i);
        }
    }

    /// Checks that a publisher's events keep their order. (A request with an idempotency key may be repeated later,
    /// and may count as new then.)
    private void checkOrder() {
        long last = -1;
        for (Fact fact : recording.facts()) {
            boolean isOnce = fact.publication.conditions().idempotency() == null;
            if (!isOnce || !(fact.entry instanceof Event event)) continue;
            String text = publications.ownText(event.content());
            if (text == null) continue;
            long number = Publications.number(text);
            if (number <= last)
                throw new AssertionError(fact.entry + " precedes an event that was sent before it: " + text);
            last = number;
        }
    }

    private static AssertionError failure(Answered answer, String what) {
        return new AssertionError(answer.request + " was answered " + answer.response.statusCode() + " "
                + answer.response.body() + ", and " + what);
    }
}
