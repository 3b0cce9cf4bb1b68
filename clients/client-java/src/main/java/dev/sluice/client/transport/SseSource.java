package dev.sluice.client.transport;

import dev.sluice.client.http.HttpStatusException;
import dev.sluice.client.http.NotAHubException;
import dev.sluice.client.http.StreamedResponse;
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
 * Server-Sent Events (WHATWG HTML §9.2), with complete events as JSON or only their data. Resumes as a browser does:
 * with the same address and the header {@code Last-Event-ID}, which takes precedence.
 */
public final class SseSource implements Source {
    private static final String CONTROL_PREFIX = "sluice.";

    private final Connector connector;
    private final StreamedResponse answer;
    private final boolean isRaw;
    private final SseParser parser;
    private final Queue<Arrival> pending;
    private ByteBuffer piece = ByteBuffer.allocate(0);
    private OptionalLong retryMs = OptionalLong.empty();
    private SseParser.@Nullable Block deferred;
    private boolean isBegun;

    private SseSource(Connector connector, StreamedResponse answer, boolean isRaw) throws MalformedException {
        this.connector = connector;
        this.answer = answer;
        this.isRaw = isRaw;
        parser = new SseParser(connector.messageBytesMax());
        pending = Connector.head(answer);
    }

    /**
     * Requests the stream.
     *
     * @param isRaw true if the address requests only the data
     */
    public static Source open(Connector connector, URI uri, @Nullable String cursor, boolean isRaw)
            throws IOException, InterruptedException, HttpStatusException, NotAHubException, MalformedException {
        var request = HttpRequest.newBuilder(uri);
        if (cursor != null) request.header("Last-Event-ID", cursor);
        var answer = connector.get(request, "text/event-stream");
        return answer.status() == 204 ? OVER : new SseSource(connector, answer, isRaw);
    }

    @Override
    public Arrival next()
            throws IOException, InterruptedException, HttpStatusException, NotAHubException, MalformedException {
        while (true) {
            var arrival = pending.poll();
            if (arrival != null) return arrival;
            var block = deferred == null ? nextBlock() : deferred;
            deferred = null;
            if (!pending.isEmpty()) {
                deferred = block; // The reconnection time is delivered before a block that may end the stream.
            } else if (block != null) {
                arrival = read(block);
                if (arrival != null) return arrival;
            }
        }
    }

    /**
     * Reads the next block. An incomplete block and its id are
     * dropped: the event is received again on the next connection.
     *
     * @return null if another item has become pending
     */
    private SseParser.@Nullable Block nextBlock() throws IOException, InterruptedException, MalformedException {
        try {
            while (true) {
                var block = parser.next(piece);
                noteRetry();
                if (block != null || !pending.isEmpty()) return block;
                var more = answer.body().read(connector.silenceMax());
                if (more == null) throw new EOFException("the stream ended");
                piece = more;
            }
        } catch (TooLongException reason) {
            throw new MalformedException("a limit was exceeded: " + reason.getMessage(), reason);
        }
    }

    private void noteRetry() {
        if (parser.retryMs().equals(retryMs)) return;
        retryMs = parser.retryMs();
        retryMs.ifPresent(ms -> pending.add(new Arrival.Retry(Duration.ofMillis(ms))));
    }

    private @Nullable Arrival read(SseParser.Block block) throws MalformedException, HttpStatusException {
        var cursor = block.id() == null || block.id().isEmpty() ? null : Cursors.check(block.id());
        var data = block.data();
        if (data == null) return cursor == null ? null : moved(cursor);
        if (block.type().startsWith(CONTROL_PREFIX)) {
            return Wire.control(block.type().substring(CONTROL_PREFIX.length()), Wire.parse(data));
        }
        isBegun = true;
        if (!isRaw) return Wire.event(Wire.parse(data), cursor);
        var type = block.type().isEmpty() ? "message" : block.type();
        return new Arrival.Raw(data.getBytes(StandardCharsets.UTF_8), true, type, cursor);
    }

    /** An id without data: the first is the starting position, later ones are heartbeats. */
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
