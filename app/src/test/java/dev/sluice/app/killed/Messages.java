package dev.sluice.app.killed;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import org.jspecify.annotations.Nullable;

/// The messages of a WebSocket, by OkHttp: the JDK's WebSocket loses messages right after its handshake,
/// see `docs/evidence/JdkWebSocket.java`.
final class Messages extends WebSocketListener implements AutoCloseable {
    private static final OkHttpClient HTTP =
            new OkHttpClient.Builder().connectTimeout(Duration.ofSeconds(20)).build();
    /// Longer than tests stop a hub.
    private static final int SILENCE_MAX_SECONDS = 120;

    private static final String END = "";

    private final BlockingQueue<String> queue = new LinkedBlockingQueue<>();
    private final WebSocket socket;

    Messages(URI uri) {
        Request request = new Request.Builder().url(uri.toString()).build();
        socket = HTTP.newWebSocket(request, this);
    }

    @Override
    public void onMessage(WebSocket from, String text) {
        queue.add(text);
    }

    @Override
    public void onClosing(WebSocket from, int code, String reason) {
        queue.add(END);
    }

    @Override
    public void onFailure(WebSocket from, Throwable failure, @Nullable Response refusal) {
        queue.add(END);
    }

    /// @return null at the end
    @Nullable
    String next() throws InterruptedException {
        String next = queue.poll(SILENCE_MAX_SECONDS, TimeUnit.SECONDS);
        if (next == null) throw new AssertionError("a WebSocket is silent, without even a heartbeat");
        return next.equals(END) ? null : next;
    }

    /// Drops unread messages.
    @Override
    public void close() {
        socket.cancel();
    }
}
