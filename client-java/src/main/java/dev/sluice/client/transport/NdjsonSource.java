package dev.sluice.client.transport;

import dev.sluice.client.http.Answer;
import dev.sluice.client.http.LineSplitter;
import dev.sluice.client.http.NotAHubException;
import dev.sluice.client.http.RefusalException;
import dev.sluice.client.http.TooLongException;
import java.io.EOFException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** JSON lines: one object a line, an event or a word of the hub. */
public final class NdjsonSource implements Source {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Line line;
    private final Answer answer;
    private final Queue<Arrival> head;
    private final LineSplitter lines;
    private ByteBuffer piece = NOTHING;

    private NdjsonSource(Line line, Answer answer) throws MalformedException {
        this.line = line;
        this.answer = answer;
        head = Line.head(answer);
        lines = new LineSplitter(line.messageBytesMax());
    }

    public static Source open(Line line, URI uri)
            throws IOException, InterruptedException, RefusalException, NotAHubException, MalformedException {
        var answer = line.get(HttpRequest.newBuilder(uri), "application/x-ndjson");
        return answer.status() == 204 ? OVER : new NdjsonSource(line, answer);
    }

    @Override
    public Arrival next()
            throws IOException, InterruptedException, RefusalException, NotAHubException, MalformedException {
        var first = head.poll();
        if (first != null) return first;
        while (true) {
            var text = nextLine();
            if (text.length == 0) continue;
            var arrival = Wire.read(Wire.parse(text));
            if (arrival != null) return arrival;
        }
    }

    /** A line that was cut off is dropped: its event comes whole on the next connection. */
    private byte[] nextLine() throws IOException, InterruptedException, MalformedException {
        try {
            while (true) {
                var text = lines.next(piece);
                if (text != null) return text;
                piece = more();
            }
        } catch (TooLongException reason) {
            throw new MalformedException("too much came: " + reason.getMessage(), reason);
        }
    }

    private ByteBuffer more() throws IOException, InterruptedException {
        @Nullable ByteBuffer more = answer.body().read(line.silenceMax());
        if (more == null) throw new EOFException("the stream ended");
        return more;
    }

    @Override
    public void close() {
        answer.close();
    }
}
