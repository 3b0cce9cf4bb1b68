package dev.sluice.client.transport;

import dev.sluice.client.http.HttpStatusException;
import dev.sluice.client.http.LineSplitter;
import dev.sluice.client.http.NotAHubException;
import dev.sluice.client.http.StreamedResponse;
import dev.sluice.client.http.TooLongException;
import java.io.EOFException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Newline-delimited JSON: each line is an event or a control message of the hub. */
public final class NdjsonSource implements Source {
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    private final Connector connector;
    private final StreamedResponse answer;
    private final Queue<Arrival> head;
    private final LineSplitter lines;
    private ByteBuffer piece = EMPTY;

    private NdjsonSource(Connector connector, StreamedResponse answer) throws MalformedException {
        this.connector = connector;
        this.answer = answer;
        head = Connector.head(answer);
        lines = new LineSplitter(connector.messageBytesMax());
    }

    public static Source open(Connector connector, URI uri)
            throws IOException, InterruptedException, HttpStatusException, NotAHubException, MalformedException {
        var answer = connector.get(HttpRequest.newBuilder(uri), "application/x-ndjson");
        return answer.status() == 204 ? OVER : new NdjsonSource(connector, answer);
    }

    @Override
    public Arrival next()
            throws IOException, InterruptedException, HttpStatusException, NotAHubException, MalformedException {
        var first = head.poll();
        if (first != null) return first;
        while (true) {
            var text = nextLine();
            if (text.length == 0) continue;
            var arrival = Wire.read(Wire.parse(text));
            if (arrival != null) return arrival;
        }
    }

    /** An incomplete line is dropped: its event is received again on the next connection. */
    private byte[] nextLine() throws IOException, InterruptedException, MalformedException {
        try {
            while (true) {
                var text = lines.next(piece);
                if (text != null) return text;
                piece = read();
            }
        } catch (TooLongException reason) {
            throw new MalformedException("a limit was exceeded: " + reason.getMessage(), reason);
        }
    }

    private ByteBuffer read() throws IOException, InterruptedException {
        @Nullable ByteBuffer more = answer.body().read(connector.silenceMax());
        if (more == null) throw new EOFException("the stream ended");
        return more;
    }

    @Override
    public void close() {
        answer.close();
    }
}
