package dev.sluice.demos;

import dev.sluice.Sluice;
import dev.sluice.server.TestServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One end of a WebSocket: what it says, and what it hears in order.
final class Talk implements WebSocket.Listener, AutoCloseable {
    private final HttpClient http = HttpClient.newHttpClient();
    private final LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final StringBuilder part = new StringBuilder();
    private final WebSocket socket;

    Talk(Sluice server, String path) {
        socket = http.newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:" + server.port() + path), this)
                .orTimeout(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    Talk say(String text) {
        socket.sendText(text, true)
                .orTimeout(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
        return this;
    }

    String next() throws InterruptedException {
        String message = heard.poll(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        return message == null ? "nothing came" : message;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean isLast) {
        part.append(data);
        if (isLast) {
            heard.add(part.toString());
            part.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        heard.add("closed " + code);
        return null;
    }

    /// Leaves without a word.
    @Override
    public void close() {
        socket.abort();
        http.shutdownNow();
    }
}
