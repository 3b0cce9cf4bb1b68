package dev.sluice.server.transport;

import dev.sluice.server.Http2Client;
import dev.sluice.server.RawClient;
import dev.sluice.server.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Polls repeatedly, each time from the cursor of the last answer.
public final class PollListener extends Listener {
    private static final int WINDOW = 4; // SETTINGS_INITIAL_WINDOW_SIZE

    private final @Nullable RawClient client;
    private final @Nullable Http2Client http2;
    private int stream = -1;
    private final String target;
    private final boolean isLongPoll;
    private final long deadlineNs = System.nanoTime() + TestServer.PATIENCE.toNanos();
    private boolean isOver;

    PollListener(TestServer server, String target, String... headers) {
        this.client = server.isHttp2() ? null : new RawClient(server);
        this.http2 = server.isHttp2() ? new Http2Client(server, WINDOW, 1 << 24) : null;
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
        String body = client != null ? http1(client, path, headers) : http2(http2, path, headers);
        if (status() == 200) addAnswer(Envelopes.parse(body));
        else end(Integer.toString(status()));
    }

    private String http1(RawClient to, String path, String... headers) {
        to.get(path, headers);
        head(to.until("\r\n\r\n"));
        String length = header("Content-Length");
        return length == null ? "" : body(to, Integer.parseInt(length));
    }

    private String http2(Http2Client to, String path, String... headers) {
        stream += 2;
        to.openWindow(0, 1 << 24);
        to.get(stream, path, HttpListener.http2Headers(headers));
        Http2Client.Response response = to.response(stream);
        head(HttpListener.http1Head(response.headers()));
        return response.body();
    }

    private static String body(RawClient client, int length) {
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
        if (client != null) client.close();
        if (http2 != null) http2.close();
    }
}
