package dev.sluice.sense.check;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Opens a WebSocket; optionally sends a text, and waits for a message.
///
/// @param timeout  for the handshake: one that is not ended keeps its connection, also when nobody waits for it
/// @param send     sent after connecting; empty: nothing
/// @param expects  whether a message must come
/// @param contains a text that a message must have; empty: any message will do
public record WebSocketCheck(URI uri, Duration timeout, String send, boolean expects, String contains)
        implements Check {
    /// Each WebSocket has a connection of its own. The client of the other checks reads a message as a whole, however
    /// long it is.
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /// The longest message that is looked at.
    private static final int MESSAGE_MAX = 64 * 1024;

    @Override
    public Outcome run() throws InterruptedException {
        long start = System.nanoTime();
        var messages = new Messages(contains);
        CompletableFuture<WebSocket> opening =
                CLIENT.newWebSocketBuilder().connectTimeout(timeout).buildAsync(uri, messages);
        try {
            WebSocket socket = opening.get();
            try {
                if (!send.isEmpty()) socket.sendText(send, true).get();
                String answer = expects ? messages.found.get() : "connected";
                return new Outcome.Passed(Duration.ofNanos(System.nanoTime() - start), Failure.cut(answer));
            } finally {
                socket.sendClose(WebSocket.NORMAL_CLOSURE, "")
                        .orTimeout(1, TimeUnit.SECONDS) // The other side may take nothing any more.
                        .whenComplete((_, _) -> socket.abort());
            }
        } catch (ExecutionException failed) {
            return Outcome.failed(Phrase.of(expects ? "message" : "websocket"), reason(failed.getCause()));
        } finally {
            opening.cancel(true);
        }
    }

    private static Phrase reason(@Nullable Throwable cause) {
        return switch (cause) {
            case null -> Phrase.of("none");
            case WebSocketHandshakeException refused ->
                Phrase.of("status", "" + refused.getResponse().statusCode());
            case IOException failed -> Reason.of(failed);
            default -> Phrase.text(String.valueOf(cause.getMessage()));
        };
    }

    private static final class Messages implements WebSocket.Listener {
        private final CompletableFuture<String> found = new CompletableFuture<>();
        private final String contains;
        private final StringBuilder message = new StringBuilder();

        Messages(String contains) {
            this.contains = contains;
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean isLast) {
            if (message.length() + data.length() <= MESSAGE_MAX) message.append(data);
            if (isLast) {
                if (message.indexOf(contains) >= 0) found.complete(message.toString());
                message.setLength(0);
            }
            socket.request(1);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            found.completeExceptionally(new IOException("it was closed with " + code + " " + reason));
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void onError(WebSocket socket, Throwable failure) {
            found.completeExceptionally(failure);
        }
    }
}
