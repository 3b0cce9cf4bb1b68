package dev.sluice.client.transport;

import dev.sluice.client.http.Clock;
import dev.sluice.client.http.HttpStatusException;
import dev.sluice.client.http.NotAHubException;
import dev.sluice.client.http.StreamedResponse;
import dev.sluice.client.json.Utf8;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Queue;

/**
 * Raw text: the data of the events without separators. There are no heartbeats, so silence is not a sign of failure.
 * There are no gaps and no cursors except the first, so a lost connection can be reported but not resumed.
 */
public final class TextSource implements Source {
    /** Practically unlimited, because an idle stream sends nothing. */
    private static final Duration SILENCE_MAX = Duration.ofNanos(Clock.nanos(Duration.ofDays(365)));

    private final StreamedResponse answer;
    private final Queue<Arrival> head;
    private byte[] tail = new byte[0];

    private TextSource(StreamedResponse answer) throws MalformedException {
        this.answer = answer;
        head = Connector.head(answer);
    }

    public static Source open(Connector connector, URI uri)
            throws IOException, InterruptedException, HttpStatusException, NotAHubException, MalformedException {
        var answer = connector.get(HttpRequest.newBuilder(uri), "text/plain");
        return answer.status() == 204 ? OVER : new TextSource(answer);
    }

    @Override
    public Arrival next() throws IOException, InterruptedException {
        var first = head.poll();
        if (first != null) return first;
        while (true) {
            var piece = answer.body().read(SILENCE_MAX);
            if (piece == null) return tail.length == 0 ? new Arrival.Over() : raw(tail, 0);
            var bytes = Arrays.copyOf(tail, tail.length + piece.remaining());
            piece.get(bytes, tail.length, piece.remaining());
            // A character may be split between two pieces; its first bytes are kept for the next one.
            var raw = raw(bytes, Utf8.incompleteTail(bytes));
            if (raw.bytes().length > 0) return raw;
        }
    }

    private Arrival.Raw raw(byte[] bytes, int incomplete) {
        int whole = bytes.length - incomplete;
        tail = Arrays.copyOfRange(bytes, whole, bytes.length);
        return new Arrival.Raw(Arrays.copyOf(bytes, whole), true, "message", null);
    }

    @Override
    public void close() {
        answer.close();
    }
}
