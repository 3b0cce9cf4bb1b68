package dev.sluice.server;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A WebSocket of the JDK. Sends messages, and keeps in order what it receives: texts, and the end as `closed CODE`, of
/// a connection that broke as `closed 0`.
public final class TestWebSocket implements WebSocket.Listener, AutoCloseable {
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final StringBuilder partial = new StringBuilder();
    private final WebSocket socket;

    /// @param builder of the client that stays open for as long as this
    /// @param http    the address as of an HTTP request
    /// @throws CompletionException if the handshake is refused
    public TestWebSocket(WebSocket.Builder builder, URI http) {
        URI address = URI.create("ws" + http.toString().substring("http".length()));
        socket = builder.buildAsync(address, this)
                .orTimeout(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    public TestWebSocket(HttpClient client, URI http, String... protocols) {
        this(builder(client, protocols), http);
    }

    private static WebSocket.Builder builder(HttpClient client, String... protocols) {
        WebSocket.Builder builder = client.newWebSocketBuilder();
        return protocols.length == 0 ? builder : builder.subprotocols(protocols[0]);
    }

    public TestWebSocket send(String text) {
        socket.sendText(text, true)
                .orTimeout(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
        return this;
    }

    /// Whether a message has come that was not taken.
    public boolean hasNext() {
        return !received.isEmpty();
    }

    /// The next message, or the end.
    public String next() throws InterruptedException {
        String next = received.poll(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (next == null) throw new AssertionError("nothing was received before the deadline");
        return next;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence text, boolean isLast) {
        partial.append(text);
        if (isLast) {
            received.add(partial.toString());
            partial.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        received.add("closed " + code);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable failure) {
        received.add("closed 0");
    }

    /// Disconnects without a close frame.
    @Override
    public void close() {
        socket.abort();
    }
}
