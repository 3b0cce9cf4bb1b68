package dev.sluice.server.order;

import dev.sluice.server.TestServer;
import dev.sluice.wire.HttpHead;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// One poll, whose answer may take its time. The request is sent once: the JDK's client would repeat it on its own
/// to a restarted hub.
final class PollConnection implements ClientConnection {
    private static final Pattern TAG = Pattern.compile(
            "\"(?<cursor>[^~]+)~[0-9]+~(?<events>[0-9]+)~[0-9]+~(?<forgotten>[0-9]+)(?<more>~more)?(~ended[0-9]+)?"
                    + "(?<closed>~closed)?(~[0-9]+)?\"");

    private final RawHttpConnection http;
    private final CompletableFuture<Answer> answer = new CompletableFuture<>();
    private @Nullable Queue<Observation> observations;
    private long left = Long.MAX_VALUE;

    /// @param body null if the connection broke
    private record Answer(@Nullable HttpHead head, @Nullable String body) {}

    PollConnection(URI hub, String target, Map<String, String> fields) {
        try {
            http = new RawHttpConnection(hub, 0);
            http.socket().setSoTimeout(0);
            http.get(target, false, fields);
        } catch (IOException failed) {
            throw new UncheckedIOException("no connection", failed);
        }
        Thread.startVirtualThread(this::readAnswer);
    }

    private void readAnswer() {
        try {
            HttpHead head = http.head();
            answer.complete(new Answer(head, head == null ? null : http.rest()));
        } catch (IOException broken) {
            answer.complete(new Answer(null, null));
        } catch (AssertionError wrong) {
            answer.completeExceptionally(wrong);
        }
    }

    @Override
    public Observation next() {
        if (left-- == 0) {
            cut();
            return new Observation.Cut();
        }
        if (observations == null) observations = read();
        return observations.remove();
    }

    private Queue<Observation> read() {
        Queue<Observation> all = new ArrayDeque<>();
        Answer received;
        try {
            received = answer.get(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            throw new UncheckedIOException(new IOException("no answer", late));
        } catch (ExecutionException | InterruptedException failed) {
            throw new AssertionError("no answer", failed);
        }
        HttpHead head = received.head;
        if (head == null || received.body == null) {
            all.add(new Observation.Cut());
            return all;
        }
        JsonNode body = Observation.JSON.readTree(received.body);
        if (head.status() != 200) {
            all.add(new Observation.Refused(head.status(), body));
            return all;
        }
        all.add(new Observation.Opened(head.field("Sluice-Cursor")));
        if (body.has("gap")) all.add(Observation.gap(body.get("gap")));
        body.get("events").forEach(event -> all.add(new Observation.Envelope(event)));
        boolean more = body.get("more").booleanValue();
        boolean closed = body.has("closed") && body.get("closed").booleanValue();
        String cursor = Observation.text(body, "cursor");
        checkTag(Objects.requireNonNullElse(head.field("ETag"), ""), cursor, more, closed, body.get("events"));
        all.add(new Observation.Answered(cursor, more, closed));
        return all;
    }

    /// Checks the parts of the tag, each of which may change alone. Events that remove a key have no data
    /// either, and do not count as events whose data was deleted.
    private static void checkTag(String tag, String cursor, boolean more, boolean closed, JsonNode events) {
        int withoutData = 0;
        for (JsonNode event : events) if (event.has("removed")) withoutData++;
        Matcher parts = TAG.matcher(tag);
        boolean isRight = parts.matches()
                && parts.group("cursor").equals(cursor)
                && Integer.parseInt(parts.group("events")) == events.size()
                && Integer.parseInt(parts.group("forgotten")) <= withoutData
                && (parts.group("more") != null) == more
                && (parts.group("closed") != null) == closed;
        if (!isRight)
            throw new AssertionError("ETag " + tag + " for " + cursor + " and " + withoutData + " without data");
    }

    @Override
    public void cutAfter(long count) {
        left = count;
    }

    @Override
    public void cut() {
        http.cut();
    }
}
