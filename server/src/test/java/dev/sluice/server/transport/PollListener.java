package dev.sluice.server.transport;

import dev.sluice.server.RawClient;
import dev.sluice.server.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Polls repeatedly, each time from the cursor of the last answer.
public final class PollListener extends Listener {
    private final RawClient client;
    private final String target;
    private final boolean isLongPoll;
    private final long deadlineNs = System.nanoTime() + TestServer.PATIENCE.toNanos();
    private boolean isOver;

    PollListener(TestServer server, String target, String... headers) {
        this.client = new RawClient(server);
        this.target = target;
        this.isLongPoll = !target.contains("wait=0");
        // The first poll does not wait, so that the head is available on return, as with a stream.
        String first = target.replace("wait=60", "wait=0");
        boolean hasStart = List.of("after=", "since=", "last=", "snapshot=", "before=").stream()
                .anyMatch(target::contains);
        // By default a poll starts with the newest events, a stream with future ones.
        poll(hasStart || hasLastEventId(headers) ? first : first + "&after=latest", headers);
    }

    private static boolean hasLastEventId(String... headers) {
        for (String line : headers) if (line.startsWith("Last-Event-ID")) return true;
        return false;
    }

    private void poll(String path, String... headers) {
        client.get(path, headers);
        head(client.until("\r\n\r\n"));
        String length = header("Content-Length");
        String body = length == null ? "" : body(Integer.parseInt(length));
        if (status() == 200) addAnswer(Envelopes.parse(body));
        else end(Integer.toString(status()));
    }

    private String body(int length) {
        try {
            return new String(client.socket().getInputStream().readNBytes(length), StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    private void addAnswer(JsonNode answer) {
        if (answer.has("gap")) add(gap(answer.get("gap")));
        for (JsonNode event : answer.get("events")) add(event(event));
        add(new Received.Begin(answer.get("cursor").asString()));
        if (answer.has("closed")) {
            add(new Received.AClose(null, null));
            end("closed");
        }
    }

    private void end(String how) {
        isOver = true;
        add(new Received.AnEnd(how));
    }

    @Override
    protected void read() {
        if (isOver) throw new AssertionError("nothing may follow the end");
        if (System.nanoTime() > deadlineNs) throw new AssertionError("polled for too long");
        String next = target.replaceAll("([?&])(after|since|last|snapshot|before)=[^&]*", "$1_=");
        poll(next + "&after=" + cursor() + (isLongPoll ? "" : "&_=" + System.nanoTime()));
    }

    @Override
    public void close() {
        client.close();
    }
}
