package dev.sluice.client.http;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.WebSocket;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/** Asks a hub. For any thread. */
public final class Web {
    private final HttpClient http;
    private volatile boolean isHubKnown;

    public Web(HttpClient http) {
        this.http = http;
    }

    /**
     * Whether a hub has answered through this. From then on, what answers otherwise stands in its way for a while; before,
     * the address is more likely wrong.
     */
    public boolean isHubKnown() {
        return isHubKnown;
    }

    /** Notes that a hub has answered. */
    public void hubAnswered() {
        isHubKnown = true;
    }

    /**
     * Sends a request and waits for the head of the answer.
     *
     * @throws NotReachedException if no connection came about
     * @throws IOException         if the line was lost, or no answer came in that time; the request may have arrived
     */
    public Answer send(HttpRequest request, Waiting waiting, Duration atMost) throws IOException, InterruptedException {
        var answer = http.sendAsync(request, head -> new Body(waiting));
        try {
            var response = get(answer, request.uri(), waiting, atMost);
            return new Answer(response.statusCode(), response.headers(), response.body());
        } catch (IOException | InterruptedException | CancellationException reason) {
            answer.cancel(true); // Ends the exchange if it is under way (java.net.http since 16),
            var unused = answer.thenAccept(late -> late.body().close()); // and this one that was answered just now.
            throw reason;
        }
    }

    /**
     * Opens a WebSocket.
     *
     * @param uri with the scheme http or https, as for everything else
     * @throws java.net.http.WebSocketHandshakeException if the hub answers otherwise, as the cause
     */
    public WebSocket open(URI uri, WebSocket.Listener listener, Waiting waiting, Duration atMost)
            throws IOException, InterruptedException {
        var socket = http.newWebSocketBuilder()
                .buildAsync(URI.create("ws" + uri.toString().substring("http".length())), listener);
        try {
            return get(socket, uri, waiting, atMost);
        } catch (IOException | InterruptedException | CancellationException reason) {
            socket.cancel(true);
            var unused = socket.thenAccept(WebSocket::abort);
            throw reason;
        }
    }

    private static <T> T get(CompletableFuture<T> future, URI uri, Waiting waiting, Duration atMost)
            throws IOException, InterruptedException {
        var mailbox = new Mailbox<T>(waiting);
        var unused = future.whenComplete((value, failure) -> {
            if (failure == null) mailbox.put(value);
            else mailbox.fail(cause(failure));
        });
        try {
            return mailbox.take(atMost);
        } catch (IOException reason) {
            if (reason.getCause() instanceof SSLHandshakeException refused) {
                throw NotReachedException.insecure(uri, refused);
            }
            if (isNotReached(reason.getCause())) throw new NotReachedException(uri, reason);
            throw reason;
        }
    }

    private static boolean isNotReached(@Nullable Throwable cause) {
        return cause instanceof ConnectException
                || cause instanceof HttpConnectTimeoutException
                || cause instanceof UnresolvedAddressException;
    }

    private static Throwable cause(Throwable failure) {
        var cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }
}
