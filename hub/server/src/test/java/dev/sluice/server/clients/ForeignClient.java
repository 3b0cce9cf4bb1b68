package dev.sluice.server.clients;

import dev.sluice.server.proxy.ProxiedConnection;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A third-party program or library, and the code that its user has to write to follow a channel with it.
public interface ForeignClient extends AutoCloseable {
    /// The time without data after which clients that monitor their connection give it up. A real program uses more
    /// than the hub's heartbeat, which is off here.
    Duration SILENCE_MAX = Duration.ofSeconds(4);

    /// Starts to follow a channel, and returns at once.
    ///
    /// @param lastId `null` for the first connection, which starts at the head; otherwise the last cursor reported:
    ///     `Last-Event-ID` for SSE, `after=` for all others
    /// @param received records all events, cursors without an event, and the end of the run
    Run follow(URI channel, @Nullable String lastId, ReceivedEvents received);

    /// Whether it reconnects on its own from its last cursor. Others are restarted by the test.
    boolean reconnects();

    /// Whether it follows the channel on this connection: it may have others.
    default boolean follows(ProxiedConnection connection) {
        return connection.sentByClient().contains("GET /channels/");
    }

    /// The origins of its pages, if not the hub's own.
    default Set<String> origins() {
        return Set.of();
    }

    /// Whether it delivers an event whose data is empty.
    default boolean deliversEmptyData() {
        return true;
    }

    /// The URL with `after=`, for a client that resumes by it.
    static URI after(URI channel, @Nullable String lastId) {
        return lastId == null ? channel : URI.create(channel + "?after=" + lastId);
    }

    /// The head of the log, for a client that has to name the start of its first connection.
    static String head(URI channel) {
        var request = HttpRequest.newBuilder(channel).HEAD().build();
        try (var http = HttpClient.newHttpClient()) {
            var answer = http.send(request, HttpResponse.BodyHandlers.discarding());
            return answer.headers().firstValue("Sluice-Cursor").orElseThrow();
        } catch (IOException | InterruptedException failed) {
            throw new AssertionError(failed);
        }
    }

    /// [#after] for a WebSocket library that requires its own scheme.
    static URI webSocketAfter(URI channel, @Nullable String lastId) {
        return URI.create(after(channel, lastId).toString().replace("http:", "ws:"));
    }

    /// Whether it negotiates compression.
    default boolean compresses() {
        return true;
    }

    /// Releases what its runs share.
    @Override
    default void close() {}

    /// One run of a client, which follows until it is closed.
    interface Run extends AutoCloseable {
        /// Sends a message to the hub over the connection that follows.
        default void send(String message) {
            throw new UnsupportedOperationException("only a WebSocket can send messages");
        }

        @Override
        void close();
    }
}
