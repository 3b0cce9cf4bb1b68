package dev.sluice.app.killed;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What comes over a WebSocket, one message after the other.
final class Messages implements WebSocket.Listener, AutoCloseable {
    private static final String END = "";

    private final BlockingQueue<String> queue = new LinkedBlockingQueue<>();
    private final StringBuilder message = new StringBuilder();
    private final WebSocket socket;

    /// @throws IOException if there is nobody, or one who refuses
    Messages(HttpClient client, URI uri) throws IOException {
        try {
            socket = client.newWebSocketBuilder()
                    .connectTimeout(Duration.ofSeconds(20))
                    .buildAsync(uri, this)
                    .join();
        } catch (CompletionException refused) {
            throw new IOException(refused.getCause());
        }
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean isLast) {
        message.append(data);
        if (isLast) {
            queue.add(message.toString());
            message.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        queue.add(END);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        queue.add(END);
    }

    /// Null: no more will come.
    @Nullable
    String next() throws InterruptedException {
        String next = queue.poll(60, TimeUnit.SECONDS);
        if (next == null) throw new AssertionError("a WebSocket is silent, without even a heartbeat");
        return next.equals(END) ? null : next;
    }

    /// What came and was not read is thrown away.
    @Override
    public void close() {
        socket.abort();
    }
}
