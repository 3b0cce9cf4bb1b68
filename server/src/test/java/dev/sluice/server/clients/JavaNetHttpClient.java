package dev.sluice.server.clients;

import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
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

    /// Two defects of its WebSocket (JDK 25) are left to whoever uses it. It never tells of an end of the line
    /// that comes close behind a message: it has to be ended when nothing has come for longer than the hub is ever
    /// silent. And where the end comes close behind the handshake, the first message is lost in an
    /// `InternalError`: the beginning must be known before.
    WEBSOCKET {
        @Override
        public Run follow(URI channel, @Nullable String lastId, Seen seen) {
            String begin = lastId == null ? ForeignClient.head(channel) : lastId;
            seen.place(begin);
            HttpClient http = HttpClient.newHttpClient();
            Messages messages = new Messages(seen);
            messages.heard();
            var socket = http.newWebSocketBuilder()
                    .buildAsync(ForeignClient.webSocketAfter(channel, begin), messages)
                    .whenComplete((_, failure) -> {
                        if (failure != null) messages.over("failed: " + failure);
                    });
            messages.end.thenRun(() -> socket.thenAccept(WebSocket::abort));
            return new Run() {
                @Override
                public void send(String message) {
                    socket.join().sendText(message, true).join();
                }

                @Override
                public void close() {
                    messages.over("left");
                    http.shutdownNow();
                }
            };
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

    /// Gets messages in parts, of which only the last says so.
    private static final class Messages implements WebSocket.Listener {
        private final Seen seen;
        private final StringBuilder message = new StringBuilder();
        private final CompletableFuture<String> end = new CompletableFuture<>();
        private volatile CompletableFuture<?> silence = new CompletableFuture<>();

        Messages(Seen seen) {
            this.seen = seen;
            end.thenAccept(seen::ended);
        }

        void over(String how) {
            end.complete(how);
        }

        /// Something came, or is expected now.
        void heard() {
            silence.cancel(false);
            silence = new CompletableFuture<>().completeOnTimeout(null, SILENCE_MAX.toSeconds(), TimeUnit.SECONDS);
            silence.thenRun(() -> over("silent"));
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
            heard();
            message.append(part);
            if (last) {
                Envelopes.read(message.toString(), seen);
                message.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            over("closed " + code + " " + reason);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            over("failed: " + error);
        }
    }
}
