package dev.sluice.server.clients;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Polls with `curl`, one process after the other, each with the cursor of the previous answer. The first poll only
/// asks for a cursor.
public final class LongPollLoop implements ForeignClient.Run {
    private final ReceivedEvents received;
    private volatile boolean closed;
    private volatile @Nullable Process process;
    private @Nullable Thread loop;

    public LongPollLoop(ReceivedEvents received) {
        this.received = received;
    }

    /// @param lastId the cursor to start after, or `earliest`; null to ask for the head first
    public void begin(URI channel, @Nullable String lastId) {
        loop = Thread.ofVirtual().start(() -> {
            String query = lastId == null ? "after=latest" : waitAfter(lastId);
            int exit = 0;
            while (!closed && exit == 0) {
                StringBuilder answer = new StringBuilder();
                exit = poll(channel + "?" + query, answer);
                // An incomplete answer is ignored.
                if (exit == 0) query = waitAfter(handle(Envelopes.parse(answer.toString())));
            }
            received.ended("curl exit " + exit);
        });
    }

    private static String waitAfter(String cursor) {
        return "wait=60&after=" + cursor;
    }

    private int poll(String uri, StringBuilder answer) {
        try {
            Process started = new ProcessBuilder("curl", "--silent", uri)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process = started;
            if (closed) started.destroy();
            try (var out = started.getInputStream()) {
                answer.append(new String(out.readAllBytes(), StandardCharsets.UTF_8));
            }
            return started.waitFor();
        } catch (IOException | InterruptedException broken) {
            if (closed) return -1;
            throw new AssertionError("curl can't be run; ./check installs what tests need", broken);
        }
    }

    private String handle(JsonNode answer) {
        for (JsonNode event : answer.get("events")) Envelopes.event(event, received);
        String cursor = answer.get("cursor").stringValue();
        received.cursor(cursor);
        return cursor;
    }

    @Override
    public void close() {
        closed = true;
        Process current = process;
        if (current != null) current.destroy();
        try {
            if (loop != null) loop.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
