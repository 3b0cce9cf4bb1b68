package dev.sluice.app.launcher;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Publishes over WebSockets for the training of a hub ([ClientTraining]), with one event in flight on each.
final class PublisherTraining implements AutoCloseable {
    private static final int SOCKETS = 16;
    private static final long DURATION_NS = TimeUnit.SECONDS.toNanos(2);
    private static final int ANSWER_SECONDS = 5;

    private final String url;
    private final HttpClient http = HttpClient.newHttpClient();

    /// @param url the URL of the hub, with the scheme `http`
    PublisherTraining(String url) {
        this.url = "ws" + url.substring("http".length());
    }

    /// Publishes on all sockets. Blocks until all is done.
    ///
    /// @param messages sent one after the other, each once the one before is answered; the last one again and again
    void publish(String path, String subprotocol, String... messages) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < SOCKETS; i++) threads.execute(() -> publishOnOne(path, subprotocol, messages));
        }
    }

    private void publishOnOne(String path, String subprotocol, String... messages) {
        var answers = new Answers();
        var socket = http.newWebSocketBuilder()
                .subprotocols(subprotocol)
                .buildAsync(URI.create(url + path), answers)
                .join();
        long endNs = System.nanoTime() + DURATION_NS;
        for (int i = 0; System.nanoTime() < endNs; i++) {
            socket.sendText(messages[Math.min(i, messages.length - 1)], true).join();
            if (!answers.hasNext()) break;
        }
        socket.abort();
    }

    /// Waits for answers without reading them.
    private static final class Answers implements WebSocket.Listener {
        private final LinkedBlockingQueue<CharSequence> received = new LinkedBlockingQueue<>();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            received.add(data);
            socket.request(1);
            return null;
        }

        boolean hasNext() {
            try {
                return received.poll(ANSWER_SECONDS, TimeUnit.SECONDS) != null;
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
