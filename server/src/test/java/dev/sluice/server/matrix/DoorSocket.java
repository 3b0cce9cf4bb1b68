package dev.sluice.server.matrix;

import dev.sluice.server.TestServer;
import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A WebSocket of the JDK, and what came over it: texts as JSON, its end as `{"closed":code}`.
final class DoorSocket implements WebSocket.Listener, AutoCloseable {
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final StringBuilder partial = new StringBuilder();
    private @Nullable WebSocket socket;

    void open(CompletableFuture<WebSocket> opening) {
        socket = opening.orTimeout(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    void send(String text) {
        socket.sendText(text, true)
                .orTimeout(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    /// The next message; one that is not JSON is a text.
    JsonNode next() {
        try {
            String next = received.poll(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (next == null) throw new AssertionError("nothing received before the deadline");
            return JsonMapper.shared().readTree(next.startsWith("{") ? next : "\"" + next + "\"");
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
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
        received.add("{\"closed\":" + code + "}");
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable failure) {
        received.add("{\"closed\":0}");
    }

    @Override
    public void close() {
        if (socket != null) socket.abort();
    }
}
