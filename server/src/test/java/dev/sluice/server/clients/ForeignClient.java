package dev.sluice.server.clients;

import dev.sluice.server.proxy.Line;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A program or library that somebody else wrote, and what its user has to write to follow a channel with it.
public interface ForeignClient extends AutoCloseable {
    /// After so long without a sign of life those that watch their line give it up. A real program takes more than
    /// the hub's heartbeat, which does not beat here.
    Duration SILENCE_MAX = Duration.ofSeconds(4);

    /// Begins to follow a channel, and returns at once.
    ///
    /// @param lastId `null` for the first time: then from now on; else the last place that was reported:
    ///               `Last-Event-ID` for SSE, `after=` for all others
    /// @param seen   told of all events, of places without event, and of the run's end
    Run follow(URI channel, @Nullable String lastId, Seen seen);

    /// Whether it opens a new line by itself when it has lost one, from the place that it had. What does not is begun
    /// anew by the test.
    boolean returnsByItself();

    /// Whether it is on this line that it follows now: it may have others.
    default boolean follows(Line line) {
        return line.asked().contains("GET /channels/");
    }

    /// From which origins its pages come, if they are none of the hub's.
    default Set<String> origins() {
        return Set.of();
    }

    /// Whether it hands on an event whose data is empty.
    default boolean seesEmptyData() {
        return true;
    }

    /// `after=` for a client that resumes by it.
    static URI after(URI channel, @Nullable String lastId) {
        return lastId == null ? channel : URI.create(channel + "?after=" + lastId);
    }

    /// Where the log ends now, for a client that has to say where its first connection begins.
    static String head(URI channel) {
        var request = HttpRequest.newBuilder(channel).HEAD().build();
        try (var http = HttpClient.newHttpClient()) {
            var answer = http.send(request, HttpResponse.BodyHandlers.discarding());
            return answer.headers().firstValue("Sluice-Cursor").orElseThrow();
        } catch (IOException | InterruptedException failed) {
            throw new AssertionError(failed);
        }
    }

    /// [#after] for a WebSocket library that wants its own scheme.
    static URI webSocketAfter(URI channel, @Nullable String lastId) {
        return URI.create(after(channel, lastId).toString().replace("http:", "ws:"));
    }

    /// Whether it agrees to compressed messages.
    default boolean compresses() {
        return true;
    }

    /// Lets go of what its runs share.
    @Override
    default void close() {}

    /// Something that follows until it is closed.
    interface Run extends AutoCloseable {
        /// Sends a message to the hub over the line on which it follows.
        default void send(String message) {
            throw new UnsupportedOperationException("only a WebSocket can be told something");
        }

        @Override
        void close();
    }
}
