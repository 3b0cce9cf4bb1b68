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

/** Sends requests to a hub and waits for the responses. Safe for use by many threads. */
public final class HubHttp {
    private static final String AUTHORIZATION = "Authorization";

    private final HttpClient http;
    private final Tokens tokens;
    private volatile boolean isHubKnown;

    public HubHttp(HttpClient http, Tokens tokens) {
        this.http = http;
        this.tokens = tokens;
    }

    /** Returns the tokens that requests carry. */
    public Tokens tokens() {
        return tokens;
    }

    /**
     * Returns true if a hub has answered before. If so, an answer of another kind is considered a temporary obstacle;
     * if not, the address is probably wrong.
     */
    public boolean isHubKnown() {
        return isHubKnown;
    }

    /** Records that a hub has answered. */
    public void hubAnswered() {
        isHubKnown = true;
    }

    /**
     * Sends a request and waits for the status and headers of the response.
     *
     * @throws NotReachedException if no connection could be established
     * @throws IOException         if the connection was lost or the response timed out; the request may have arrived
     */
    public StreamedResponse send(HttpRequest request, Monitor monitor, Duration atMost)
            throws IOException, InterruptedException {
        var head = new MessageQueue<StreamedResponse>(monitor);
        var answer = http.sendAsync(prepared(request), info -> {
            var body = new Body(monitor);
            // Not when the future completes: that takes a thread of the common pool, and the program may block all of
            // them.
            head.put(new StreamedResponse(info.statusCode(), info.headers(), body));
            return body;
        });
        failWith(answer, head);
        try {
            return take(head, request.uri(), atMost);
        } catch (IOException | InterruptedException | CancellationException reason) {
            answer.cancel(true); // Ends an exchange in progress (java.net.http since 16),
            var unused = answer.thenAccept(late -> late.body().close()); // and a response that arrived just now.
            throw reason;
        }
    }

    /**
     * Opens a WebSocket.
     *
     * @param uri with the scheme http or https
     * @throws java.net.http.WebSocketHandshakeException as the cause, if the hub refuses the handshake
     */
    public WebSocket open(URI uri, WebSocket.Listener listener, Monitor monitor, Duration atMost)
            throws IOException, InterruptedException {
        var builder = http.newWebSocketBuilder();
        tokens.current().ifPresent(token -> builder.header(AUTHORIZATION, "Bearer " + token));
        var socket = builder.buildAsync(URI.create("ws" + uri.toString().substring("http".length())), listener);
        var opened = new MessageQueue<WebSocket>(monitor);
        var unused = socket.thenAccept(opened::put);
        failWith(socket, opened);
        try {
            return take(opened, uri, atMost);
        } catch (IOException | InterruptedException | CancellationException reason) {
            socket.cancel(true);
            unused = socket.thenAccept(WebSocket::abort);
            throw reason;
        }
    }

    /**
     * Adds the token. The version is HTTP/1.1 also over TLS, because the HTTP client cannot close a connection
     * of HTTP/2: once one is dead without a sign, every further attempt would be another stream on it. Without
     * TLS, HTTP/2 would be requested by an Upgrade header, which hubs accept only for WebSocket.
     */
    private HttpRequest prepared(HttpRequest request) throws IOException {
        var builder = HttpRequest.newBuilder(request, (name, value) -> true).version(HttpClient.Version.HTTP_1_1);
        tokens.current().ifPresent(token -> builder.setHeader(AUTHORIZATION, "Bearer " + token));
        return builder.build();
    }

    private static void failWith(CompletableFuture<?> future, MessageQueue<?> queue) {
        var unused = future.whenComplete((value, failure) -> {
            if (failure != null) queue.fail(cause(failure));
        });
    }

    private static <T> T take(MessageQueue<T> queue, URI uri, Duration atMost)
            throws IOException, InterruptedException {
        try {
            return queue.take(atMost);
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
