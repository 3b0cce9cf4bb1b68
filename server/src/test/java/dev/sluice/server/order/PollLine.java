package dev.sluice.server.order;

import dev.sluice.server.TestServer;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// One question that may take its time, and its answer. It is asked once: the JDK's client would ask a hub that has
/// restarted again by itself.
final class PollLine implements Line {
    private final HttpLine http;
    private final CompletableFuture<Answer> answer = new CompletableFuture<>();
    private @Nullable Queue<Seen> seen;
    private long left = Long.MAX_VALUE;

    /// @param body null: the line broke
    private record Answer(
            HttpLine.@Nullable Head head, @Nullable String body) {}

    PollLine(TestServer server, String target, Map<String, String> fields) {
        try {
            http = new HttpLine(server, 0);
            http.socket().setSoTimeout(0);
            http.get(target, false, fields);
        } catch (IOException failed) {
            throw new AssertionError("no connection", failed);
        }
        Thread.startVirtualThread(this::listen);
    }

    private void listen() {
        try {
            HttpLine.Head head = http.head();
            answer.complete(new Answer(head, head == null ? null : http.rest()));
        } catch (IOException broken) {
            answer.complete(new Answer(null, null));
        } catch (AssertionError wrong) {
            answer.completeExceptionally(wrong);
        }
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
        Answer came;
        try {
            came = answer.get(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | InterruptedException | TimeoutException failed) {
            throw new AssertionError("no answer", failed);
        }
        HttpLine.Head head = came.head;
        if (head == null || came.body == null) {
            all.add(new Seen.Cut());
            return all;
        }
        JsonNode body = Seen.JSON.readTree(came.body);
        if (head.status() != 200) {
            all.add(new Seen.Refused(head.status(), body));
            return all;
        }
        all.add(new Seen.Opened(head.field("Sluice-Cursor")));
        if (body.has("gap")) all.add(Seen.gap(body.get("gap")));
        body.get("events").forEach(event -> all.add(new Seen.Envelope(event)));
        boolean more = body.get("more").booleanValue();
        boolean closed = body.has("closed") && body.get("closed").booleanValue();
        String cursor = Seen.text(body, "cursor");
        checkTag(Objects.requireNonNullElse(head.field("ETag"), ""), cursor, body.get("events"));
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
        http.cut();
    }
}
