package dev.sluice.sense.check;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/// Opens a stream of Server-Sent Events and waits for an event. A stream that stays silent until the timeout
/// has failed, so the timeout should be the longest normal silence.
///
/// @param timeout  the timeout of a run
/// @param contains a text that an event must contain; empty if any event is accepted
public record SseCheck(WebClient client, Request request, Duration timeout, String contains) implements Check {
    /// A stream that sends this much without the event has failed: further reading would keep a core busy.
    private static final long LENGTH_MAX = 1 << 20;

    /// The maximum length of a line, because a server may send one without an end.
    private static final int LINE_MAX = 64 * 1024;

    @Override
    public Outcome run() throws InterruptedException {
        long start = System.nanoTime();
        try {
            try (OpenWebResponse answer = client.send(request, true, timeout)) {
                String type = answer.response().header("Content-Type", "none");
                if (answer.status() != 200) return Outcome.failed(Phrase.of("status", "200"), "" + answer.status());
                if (type == null || !type.startsWith("text/event-stream"))
                    return Outcome.failed(Phrase.of("content-type", "text/event-stream"), type);
                return read(new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8)), start);
            }
        } catch (IOException | RuntimeException failed) {
            if (Thread.interrupted()) throw new InterruptedException();
            return Outcome.failed(Phrase.of("event"), Reason.of(failed));
        }
    }

    /// Events end with an empty line. Lines that begin with a colon are comments, which servers send as
    /// heartbeats.
    private Outcome read(BufferedReader lines, long start) throws IOException {
        long length = 0;
        int count = 0;
        while (length < LENGTH_MAX) {
            String line = line(lines);
            if (line == null) return Outcome.failed(Phrase.of("event"), Phrase.of("stream-ended"));
            if (line.startsWith("data") && line.contains(contains))
                return new Outcome.Passed(Duration.ofNanos(System.nanoTime() - start), Failure.cut(line));
            length += line.length() + 1;
            count++;
        }
        return Outcome.failed(Phrase.of("event-with", contains), Phrase.of("none-in-lines", "" + count));
    }

    /// Returns the next line that is not empty, or its beginning if it is too long; null at the end of the
    /// stream.
    private static @Nullable String line(BufferedReader in) throws IOException {
        var line = new StringBuilder();
        for (int next = in.read(); next >= 0; next = in.read()) {
            if (next != '\n' && next != '\r') line.append((char) next);
            else if (!line.isEmpty()) return line.toString();
            if (line.length() == LINE_MAX) return line.toString(); // The rest counts as another line.
        }
        return line.isEmpty() ? null : line.toString();
    }
}
