package dev.sluice.server.clients;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Asks with `curl`, one process behind the other, each with the cursor of the answer before. The first asks for a
/// place only.
public final class LongPollLoop implements ForeignClient.Run {
    private final Seen seen;
    private volatile boolean closed;
    private volatile @Nullable Process process;
    private @Nullable Thread loop;

    public LongPollLoop(Seen seen) {
        this.seen = seen;
    }

    /// @param lastId where to begin, or `earliest`; null: with a question for the place that is now
    public void begin(URI channel, @Nullable String lastId) {
        loop = Thread.ofVirtual().start(() -> {
            String query = lastId == null ? "after=latest" : waitAfter(lastId);
            int exit = 0;
            while (!closed && exit == 0) {
                StringBuilder answer = new StringBuilder();
                exit = ask(channel + "?" + query, answer);
                // Half an answer is none.
                if (exit == 0) query = waitAfter(take(Envelopes.parse(answer.toString())));
            }
            seen.ended("curl exit " + exit);
        });
    }

    private static String waitAfter(String cursor) {
        return "wait=60&after=" + cursor;
    }

    private int ask(String uri, StringBuilder answer) {
        try {
            Process asked = new ProcessBuilder("curl", "--silent", uri)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process = asked;
            if (closed) asked.destroy();
            try (var out = asked.getInputStream()) {
                answer.append(new String(out.readAllBytes(), StandardCharsets.UTF_8));
            }
            return asked.waitFor();
        } catch (IOException | InterruptedException broken) {
            if (closed) return -1;
            throw new AssertionError("curl can't be run; ./check installs what tests need", broken);
        }
    }

    private String take(JsonNode answer) {
        for (JsonNode event : answer.get("events")) Envelopes.event(event, seen);
        String cursor = answer.get("cursor").stringValue();
        seen.place(cursor);
        return cursor;
    }

    @Override
    public void close() {
        closed = true;
        Process asked = process;
        if (asked != null) asked.destroy();
        try {
            if (loop != null) loop.join();
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }
}
