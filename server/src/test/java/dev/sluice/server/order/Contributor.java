package dev.sluice.server.order;

import dev.sluice.core.event.Event;
import dev.sluice.server.TestServer;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// A publisher on a thread of its own: one request after the other, some sent blindly and broken off, then again.
final class Contributor implements Runnable {
    private final TestServer server;
    private final Random random;
    private final Rounds.Story story;
    private final Publications publications;
    private final int requests;
    private final List<Publications.Request> repeatable = new ArrayList<>();
    final List<Answered> answered = new ArrayList<>();

    /// @param moment by when it was answered
    record Answered(Publications.Request request, HttpResponse<String> response, long moment) {}

    private final Chronicle chronicle;

    Contributor(
            TestServer server,
            Chronicle chronicle,
            Random random,
            String name,
            int requests,
            int bytesMax,
            Rounds.Story story) {
        this.server = server;
        this.chronicle = chronicle;
        this.random = random;
        this.story = story;
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
                if (request.once() != null && random.nextBoolean()) breakOff(request);
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
        answered.add(new Answered(request, response, chronicle.moment()));
        if (response.statusCode() == 409 && random.nextBoolean())
            delete(request.drafts().getFirst().channel().value());
    }

    /// Sends a part of it or all, and is gone before there is an answer.
    private void breakOff(Publications.Request request) throws Exception {
        HttpLine line = new HttpLine(server, 0);
        StringBuilder head = new StringBuilder("POST " + request.target() + " HTTP/1.1\r\nHost: localhost\r\n");
        request.fields()
                .forEach((name, value) ->
                        head.append(name).append(": ").append(value).append("\r\n"));
        head.append("Content-Length: ").append(request.body().length).append("\r\n\r\n");
        line.send(head.toString().getBytes(StandardCharsets.UTF_8));
        int sent = random.nextBoolean() ? request.body().length : random.nextInt(request.body().length + 1);
        line.send(java.util.Arrays.copyOf(request.body(), sent));
        line.cut();
    }

    private void delete(String channel) throws Exception {
        story.tell("delete " + channel);
        send("/channels/" + channel);
    }

    private void forget() throws Exception {
        List<Chronicle.Fact> facts = chronicle.facts();
        if (facts.isEmpty()) return;
        Chronicle.Fact fact = facts.get(random.nextInt(Math.max(0, facts.size() - 50), facts.size()));
        send("/channels/" + fact.entry.channel() + "?id=" + fact.entry.id());
    }

    private void send(String target) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(server.uri(target)).DELETE().build();
        Servers.HTTP.send(request, HttpResponse.BodyHandlers.discarding());
    }

    /// Everything that was answered is in the log by then, once, as it was sent; and all of it in the order of sending.
    void check() {
        Map<String, List<Chronicle.Fact>> byKey = new java.util.HashMap<>();
        for (Chronicle.Fact fact : chronicle.facts()) {
            var once = fact.publication.conditions().idempotency();
            if (once != null)
                byKey.computeIfAbsent(fact.entry.channel() + " " + once.key(), _ -> new ArrayList<>())
                        .add(fact);
        }
        for (Answered each : answered) check(each, byKey);
        checkOrder();
    }

    private void check(Answered answer, Map<String, List<Chronicle.Fact>> byKey) {
        int status = answer.response.statusCode();
        if (status == 409) return;
        Publications.Request request = answer.request;
        if (status != (request.isCounted() ? 200 : 201)) throw wrong(answer, "is no answer");
        var body = Seen.JSON.readTree(answer.response.body());
        String id = Seen.text(body, request.isCounted() ? "last" : "id");
        boolean isThere = chronicle.facts().stream()
                .anyMatch(fact -> fact.entry.id().text().equals(id) && fact.placed <= answer.moment);
        if (!isThere) throw wrong(answer, "was not in the log by then");
        if (request.once() == null) return;
        for (int i = 0; i < request.drafts().size(); i++) {
            var channel = request.drafts().get(i).channel();
            List<Chronicle.Fact> placed = byKey.getOrDefault(channel + " " + request.once(i), List.of());
            long publications =
                    placed.stream().map(fact -> fact.publication).distinct().count();
            long lives = 1
                    + chronicle.deletions().stream()
                            .filter(deletion -> deletion.channel().equals(channel))
                            .count();
            if (publications == 0 || publications > lives) throw wrong(answer, "placed " + placed.size() + " of " + i);
        }
    }

    /// No two events of a publisher change places. (What has a key may be sent again later, and be new then.)
    private void checkOrder() {
        long last = -1;
        for (Chronicle.Fact fact : chronicle.facts()) {
            boolean isOnce = fact.publication.conditions().idempotency() == null;
            if (!isOnce || !(fact.entry instanceof Event event)) continue;
            String text = publications.ownText(event.content());
            if (text == null) continue;
            long number = Publications.number(text);
            if (number <= last) throw new AssertionError(fact.entry + " came before what was sent before it: " + text);
            last = number;
        }
    }

    private static AssertionError wrong(Answered answer, String what) {
        return new AssertionError(answer.request + " was answered " + answer.response.statusCode() + " "
                + answer.response.body() + ", and " + what);
    }
}
