package dev.sluice.server.order;

import dev.sluice.server.TestServer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// One question that may take its time, and its answer.
final class PollLine implements Line {
    private final CompletableFuture<HttpResponse<String>> answer;
    private @Nullable Queue<Seen> seen;
    private long left = Long.MAX_VALUE;

    PollLine(HttpClient http, TestServer server, String target, Map<String, String> fields) {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.uri(target));
        fields.forEach(request::header);
        answer = http.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public Seen next() {
        if (left-- == 0) {
            cut();
            return new Seen.Cut();
        }
        if (seen == null) seen = read();
        return seen.remove();
    }

    private Queue<Seen> read() {
        Queue<Seen> all = new ArrayDeque<>();
        HttpResponse<String> response;
        try {
            response = answer.get(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            if (!(failed.getCause() instanceof IOException)) throw new AssertionError("no answer", failed);
            all.add(new Seen.Cut());
            return all;
        } catch (InterruptedException | TimeoutException failed) {
            throw new AssertionError("no answer", failed);
        }
        JsonNode body = Seen.JSON.readTree(response.body());
        if (response.statusCode() != 200) {
            all.add(new Seen.Refused(response.statusCode(), body));
            return all;
        }
        all.add(new Seen.Opened(response.headers().firstValue("Sluice-Cursor").orElse(null)));
        if (body.has("gap")) all.add(Seen.gap(body.get("gap")));
        body.get("events").forEach(event -> all.add(new Seen.Envelope(event)));
        boolean more = body.get("more").booleanValue();
        boolean closed = body.has("closed") && body.get("closed").booleanValue();
        String cursor = Seen.text(body, "cursor");
        checkTag(response.headers().firstValue("ETag").orElse(""), cursor, body.get("events"));
        all.add(new Seen.Answered(cursor, more, closed));
        return all;
    }

    /// The cursor, and how many events lost their data: that makes it another answer to the same question. Events by
    /// which a key was removed have none either, and don't count.
    private static void checkTag(String tag, String cursor, JsonNode events) {
        int without = 0;
        for (JsonNode event : events) if (event.has("removed")) without++;
        String plain = tag.replaceFirst("~[1-9][0-9]*\"$", "\"");
        int forgotten = plain.equals(tag) ? 0 : Integer.parseInt(tag.replaceAll(".*~|\"", ""));
        boolean isRight = plain.equals('"' + cursor + '"') && forgotten <= without;
        if (!isRight) throw new AssertionError("ETag " + tag + " for " + cursor + " and " + without + " without data");
    }

    /// Whether it was answered: a long poll need not be.
    boolean isAnswered() {
        return answer.isDone();
    }

    @Override
    public void cutAfter(long things) {
        left = things;
    }

    @Override
    public void cut() {
        answer.cancel(true);
    }
}
