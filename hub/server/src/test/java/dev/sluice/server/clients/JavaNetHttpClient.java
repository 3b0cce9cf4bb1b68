package dev.sluice.server.clients;

import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The JDK's `java.net.http`. By default it offers HTTP/2 with each request, which the hub must ignore.
enum JavaNetHttpClient implements ForeignClient {
    STREAMED_BODY {
        @Override
        public Run follow(URI channel, @Nullable String lastId, ReceivedEvents received) {
            var request = HttpRequest.newBuilder(ForeignClient.after(channel, lastId))
                    .header("Accept", "application/x-ndjson")
                    .build();
            HttpClient http = HttpClient.newHttpClient();
            http.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream()).whenComplete((answer, failure) -> {
                if (failure != null) received.ended("failed: " + failure);
                else Thread.ofVirtual().start(() -> received.ended(read(answer.body(), received)));
            });
            return http::shutdownNow;
        }

        private static String read(InputStream body, ReceivedEvents received) {
            return WholeLines.each(body, line -> Envelopes.read(line, received));
        }
    },

    /// Three defects of its WebSocket (JDK 25) must be handled by its user. It does not report an end of the
    /// connection that closely follows a message, and it may lose for good what closely follows the handshake
    /// (docs/evidence/JdkWebSocket.java): after a silence longer than the hub's heartbeat the connection must be
    /// closed and another opened. And if the end closely follows the handshake, the first message is lost in an
    /// `InternalError`: the starting cursor must be known before.
    WEBSOCKET {
        @Override
        public Run follow(URI channel, @Nullable String lastId, ReceivedEvents received) {
            String start = lastId == null ? ForeignClient.head(channel) : lastId;
            received.cursor(start);
            return new Reconnecting(channel, received);
        }

        @Override
        public boolean reconnects() {
            return true;
        }

        @Override
        public boolean compresses() {
            return false;
        }
    };

    @Override
    public boolean reconnects() {
        return false;
    }

    /// The code that a user has to write around that WebSocket: one connection after the other, each from the
    /// last cursor.
    private static final class Reconnecting implements Run {
        private static final Executor LATER = CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS);

        private final HttpClient http = HttpClient.newHttpClient();
        private final URI channel;
        private final ReceivedEvents received;
        private volatile CompletableFuture<WebSocket> socket;
        private volatile boolean isClosed;

        Reconnecting(URI channel, ReceivedEvents received) {
            this.channel = channel;
            this.received = received;
            socket = open();
        }

        private CompletableFuture<WebSocket> open() {
            Messages messages = new Messages(received);
            var opening = http.newWebSocketBuilder()
                    .connectTimeout(SILENCE_MAX)
                    .buildAsync(ForeignClient.webSocketAfter(channel, received.awaitCursor()), messages);
            opening.exceptionally(failure -> {
                messages.finish("failed: " + failure);
                return null;
            });
            messages.end.thenAccept(how -> {
                received.note(how);
                opening.thenAccept(WebSocket::abort);
                LATER.execute(this::reconnect);
            });
            return opening;
        }

        private void reconnect() {
            if (!isClosed) socket = open();
        }

        @Override
        public void send(String message) {
            socket.join().sendText(message, true).join();
        }

        @Override
        public void close() {
            isClosed = true;
            http.shutdownNow();
        }
    }

    /// Collects messages from parts, of which only the last is marked, until the connection is over.
    private static final class Messages implements WebSocket.Listener {
        private final ReceivedEvents received;
        private final StringBuilder message = new StringBuilder();
        private final CompletableFuture<String> end = new CompletableFuture<>();
        private CompletableFuture<?> silence = new CompletableFuture<>();

        Messages(ReceivedEvents received) {
            this.received = received;
            restartTimeout();
        }

        synchronized void finish(String how) {
            silence.cancel(false);
            end.complete(how);
        }

        /// Restarts the timeout for silence.
        private void restartTimeout() {
            silence.cancel(false);
            silence = new CompletableFuture<>().completeOnTimeout(null, SILENCE_MAX.toSeconds(), TimeUnit.SECONDS);
            silence.thenRun(() -> finish("silent"));
        }

        /// Late parts on an abandoned connection are ignored: they are delivered again over the next one.
        @Override
        public synchronized @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            if (end.isDone()) return null;
            restartTimeout();
            message.append(part);
            if (last) {
                Envelopes.read(message.toString(), received);
                message.setLength(0);
            }
            from.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            finish("closed " + code + " " + reason);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            finish("failed: " + error);
        }
    }
}
