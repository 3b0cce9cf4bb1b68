package dev.sluice.client.transport;

import dev.sluice.client.http.Answer;
import dev.sluice.client.http.NotAHubException;
import dev.sluice.client.http.RefusalException;
import dev.sluice.client.http.TooLongException;
import java.io.EOFException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Server-Sent Events (WHATWG HTML §9.2), whose events come whole, as JSON, or as their data alone. Resumes as a browser
 * does: the same address again, and the header {@code Last-Event-ID}, which wins over it.
 */
public final class SseSource implements Source {
    private static final String WORDS = "sluice.";

    private final Line line;
    private final Answer answer;
    private final boolean isRaw;
    private final SseParser parser;
    private final Queue<Arrival> pending;
    private ByteBuffer piece = ByteBuffer.allocate(0);
    private OptionalLong retryMs = OptionalLong.empty();
    private SseParser.@Nullable Block held;
    private boolean isBegun;

    private SseSource(Line line, Answer answer, boolean isRaw) throws MalformedException {
        this.line = line;
        this.answer = answer;
        this.isRaw = isRaw;
        parser = new SseParser(line.messageBytesMax());
        pending = Line.head(answer);
    }

    /**
     * Asks for the stream.
     *
     * @param isRaw whether the address asks for the data alone
     */
    public static Source open(Line line, URI uri, @Nullable String cursor, boolean isRaw)
            throws IOException, InterruptedException, RefusalException, NotAHubException, MalformedException {
        var request = HttpRequest.newBuilder(uri);
        if (cursor != null) request.header("Last-Event-ID", cursor);
        var answer = line.get(request, "text/event-stream");
        return answer.status() == 204 ? OVER : new SseSource(line, answer, isRaw);
    }

    @Override
    public Arrival next()
            throws IOException, InterruptedException, RefusalException, NotAHubException, MalformedException {
        while (true) {
            var arrival = pending.poll();
            if (arrival != null) return arrival;
            var block = held == null ? nextBlock() : held;
            held = null;
            if (!pending.isEmpty()) {
                held = block; // What the stream said of reconnecting goes before what may end it.
            } else if (block != null) {
                arrival = read(block);
                if (arrival != null) return arrival;
            }
        }
    }

    /**
     * A block that was cut off is dropped, as its id is: its event comes whole on the next connection.
     *
     * @return null if something else has become pending
     */
    private SseParser.@Nullable Block nextBlock() throws IOException, InterruptedException, MalformedException {
        try {
            while (true) {
                var block = parser.next(piece);
                noteRetry();
                if (block != null || !pending.isEmpty()) return block;
                var more = answer.body().read(line.silenceMax());
                if (more == null) throw new EOFException("the stream ended");
                piece = more;
            }
        } catch (TooLongException reason) {
            throw new MalformedException("too much came: " + reason.getMessage(), reason);
        }
    }

    private void noteRetry() {
        if (parser.retryMs().equals(retryMs)) return;
        retryMs = parser.retryMs();
        retryMs.ifPresent(ms -> pending.add(new Arrival.Retry(Duration.ofMillis(ms))));
    }

    private @Nullable Arrival read(SseParser.Block block) throws MalformedException, RefusalException {
        var cursor = block.id() == null || block.id().isEmpty() ? null : Cursors.check(block.id());
        var data = block.data();
        if (data == null) return cursor == null ? null : moved(cursor);
        if (block.type().startsWith(WORDS)) {
            return Wire.said(block.type().substring(WORDS.length()), Wire.parse(data));
        }
        isBegun = true;
        if (!isRaw) return Wire.event(Wire.parse(data), cursor);
        var type = block.type().isEmpty() ? "message" : block.type();
        return new Arrival.Raw(data.getBytes(StandardCharsets.UTF_8), true, type, cursor);
    }

    /** An id without data: first where the stream begins, then heartbeats. */
    private Arrival moved(String cursor) {
        if (isBegun) return new Arrival.Heartbeat(cursor, OptionalLong.empty());
        isBegun = true;
        return new Arrival.Begin(cursor);
    }

    @Override
    public void close() {
        answer.close();
    }
}
