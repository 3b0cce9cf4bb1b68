package dev.sluice.server.transport;

import dev.sluice.server.RawClient;
import dev.sluice.server.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Polls, again and again, each time from where the last answer said.
public final class PollListener extends Listener {
    private final RawClient client;
    private final String target;
    private final boolean waits;
    private final long deadlineNs = System.nanoTime() + TestServer.PATIENCE.toNanos();
    private boolean isOver;

    PollListener(TestServer server, String target, String... headers) {
        this.client = new RawClient(server);
        this.target = target;
        this.waits = !target.contains("wait=0");
        // The first answer's head is there when this returns, as with a stream: it does not wait.
        String first = target.replace("wait=60", "wait=0");
        boolean saysWhere = List.of("after=", "since=", "last=", "snapshot=", "before=").stream()
                .anyMatch(target::contains);
        // A poll of its own accord begins with the newest; a stream begins with what is to come.
        ask(saysWhere || waits(headers) ? first : first + "&after=latest", headers);
    }

    private static boolean waits(String... headers) {
        for (String line : headers) if (line.startsWith("Last-Event-ID")) return true;
        return false;
    }

    private void ask(String path, String... headers) {
        client.get(path, headers);
        head(client.until("\r\n\r\n"));
        String length = header("Content-Length");
        String body = length == null ? "" : body(Integer.parseInt(length));
        if (status() == 200) take(Envelopes.parse(body));
        else end(Integer.toString(status()));
    }

    private String body(int length) {
        try {
            return new String(client.socket().getInputStream().readNBytes(length), StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    private void take(JsonNode answer) {
        if (answer.has("gap")) say(gap(answer.get("gap")));
        for (JsonNode event : answer.get("events")) say(event(event));
        say(new Heard.Begin(answer.get("cursor").asString()));
        if (answer.has("closed")) {
            say(new Heard.AClose(null, null));
            end("closed");
        }
    }

    private void end(String how) {
        isOver = true;
        say(new Heard.AnEnd(how));
    }

    @Override
    protected void read() {
        if (isOver) throw new AssertionError("nothing comes behind the end");
        if (System.nanoTime() > deadlineNs) throw new AssertionError("polled for too long");
        String next = target.replaceAll("([?&])(after|since|last|snapshot|before)=[^&]*", "$1_=");
        ask(next + "&after=" + cursor() + (waits ? "" : "&_=" + System.nanoTime()));
    }

    @Override
    public void close() {
        client.close();
    }
}
