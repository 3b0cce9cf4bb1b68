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

/// `java.net.http`, of the JDK. As by default it offers HTTP/2 with each request, which the hub has to pass over.
enum JavaNetHttpClient implements ForeignClient {
    STREAMED_BODY {
        @Override
        public Run follow(URI channel, @Nullable String lastId, Seen seen) {
            var request = HttpRequest.newBuilder(ForeignClient.after(channel, lastId))
                    .header("Accept", "application/x-ndjson")
                    .build();
            HttpClient http = HttpClient.newHttpClient();
            http.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream()).whenComplete((answer, failure) -> {
                if (failure != null) seen.ended("failed: " + failure);
                else Thread.ofVirtual().start(() -> seen.ended(read(answer.body(), seen)));
            });
            return http::shutdownNow;
        }

        private static String read(InputStream body, Seen seen) {
            return WholeLines.each(body, line -> Envelopes.read(line, seen));
        }
    },

    /// Three defects of its WebSocket (JDK 25) are left to whoever uses it. It never tells of an end of the line
    /// that comes close behind a message, and it may lose for good what comes close behind the handshake
    /// (docs/evidence/JdkWebSocket.java): when nothing has come for longer than the hub is ever silent, the
    /// line has to be ended and another opened. And where the end comes close behind the handshake, the first
    /// message is lost in an `InternalError`: the beginning must be known before.
    WEBSOCKET {
        @Override
        public Run follow(URI channel, @Nullable String lastId, Seen seen) {
            String begin = lastId == null ? ForeignClient.head(channel) : lastId;
            seen.place(begin);
            return new Returning(channel, seen);
        }

        @Override
        public boolean returnsByItself() {
            return true;
        }

        @Override
        public boolean compresses() {
            return false;
        }
    };

    @Override
    public boolean returnsByItself() {
        return false;
    }

    /// What a user has to write around that WebSocket: one line after the other, each from where the last one ended.
    private static final class Returning implements Run {
        private static final Executor LATER = CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS);

        private final HttpClient http = HttpClient.newHttpClient();
        private final URI channel;
        private final Seen seen;
        private volatile CompletableFuture<WebSocket> socket;
        private volatile boolean isClosed;

        Returning(URI channel, Seen seen) {
            this.channel = channel;
            this.seen = seen;
            socket = open();
        }

        private CompletableFuture<WebSocket> open() {
            Messages messages = new Messages(seen);
            var opening = http.newWebSocketBuilder()
                    .connectTimeout(SILENCE_MAX)
                    .buildAsync(ForeignClient.webSocketAfter(channel, seen.awaitPlace()), messages);
            opening.exceptionally(failure -> {
                messages.over("failed: " + failure);
                return null;
            });
            messages.end.thenAccept(how -> {
                seen.note(how);
                opening.thenAccept(WebSocket::abort);
                LATER.execute(this::comeBack);
            });
            return opening;
        }

        private void comeBack() {
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

    /// Gets messages in parts, of which only the last says so, until it is over.
    private static final class Messages implements WebSocket.Listener {
        private final Seen seen;
        private final StringBuilder message = new StringBuilder();
        private final CompletableFuture<String> end = new CompletableFuture<>();
        private CompletableFuture<?> silence = new CompletableFuture<>();

        Messages(Seen seen) {
            this.seen = seen;
            heard();
        }

        synchronized void over(String how) {
            silence.cancel(false);
            end.complete(how);
        }

        /// Something came, or is expected now.
        private void heard() {
            silence.cancel(false);
            silence = new CompletableFuture<>().completeOnTimeout(null, SILENCE_MAX.toSeconds(), TimeUnit.SECONDS);
            silence.thenRun(() -> over("silent"));
        }

        /// What comes late, on a line that was given up, comes over the next one too.
        @Override
        public synchronized @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            if (end.isDone()) return null;
            heard();
            message.append(part);
            if (last) {
                Envelopes.read(message.toString(), seen);
                message.setLength(0);
            }
            from.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            over("closed " + code + " " + reason);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            over("failed: " + error);
        }
    }
}
