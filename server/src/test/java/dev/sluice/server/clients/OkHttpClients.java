package dev.sluice.server.clients;

import java.net.URI;
import java.time.Duration;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okhttp3.sse.EventSource;
import okhttp3.sse.EventSourceListener;
import okhttp3.sse.EventSources;
import org.jspecify.annotations.Nullable;

/// OkHttp's two ways to follow. Neither comes back by itself.
enum OkHttpClients implements ForeignClient {
    /// Says nothing of an id without data, so the beginning is read from the answer's header.
    SSE {
        @Override
        public Run follow(URI channel, @Nullable String lastId, Seen seen) {
            Request.Builder request = new Request.Builder().url(channel.toString());
            if (lastId != null) request.header("Last-Event-ID", lastId);
            OkHttpClient http = http();
            EventSource source = EventSources.createFactory(http).newEventSource(request.build(), events(seen));
            return () -> {
                source.cancel();
                http.dispatcher().executorService().shutdown();
            };
        }
    },

    WEBSOCKET {
        @Override
        public Run follow(URI channel, @Nullable String lastId, Seen seen) {
            String uri = ForeignClient.after(channel, lastId).toString();
            Request request = new Request.Builder().url(uri).build();
            OkHttpClient http =
                    http().newBuilder().pingInterval(ForeignClient.SILENCE_MAX).build();
            WebSocket socket = http.newWebSocket(request, messages(seen));
            return new Run() {
                @Override
                public void send(String message) {
                    socket.send(message);
                }

                @Override
                public void close() {
                    socket.cancel();
                    http.dispatcher().executorService().shutdown();
                }
            };
        }
    };

    @Override
    public boolean returnsByItself() {
        return false;
    }

    private static OkHttpClient http() {
        return new OkHttpClient.Builder().readTimeout(Duration.ZERO).build();
    }

    private static EventSourceListener events(Seen seen) {
        return new EventSourceListener() {
            @Override
            public void onOpen(EventSource source, Response answer) {
                String cursor = answer.header("Sluice-Cursor");
                if (cursor != null) seen.place(cursor);
            }

            @Override
            public void onEvent(EventSource source, @Nullable String id, @Nullable String type, String data) {
                if (type == null && id != null) seen.event(id, data);
                else seen.note(type + " " + data);
            }

            @Override
            public void onClosed(EventSource source) {
                seen.ended("closed");
            }

            @Override
            public void onFailure(EventSource source, @Nullable Throwable failure, @Nullable Response answer) {
                seen.ended("failed: " + failure + " " + answer);
            }
        };
    }

    static WebSocketListener messages(Seen seen) {
        return new WebSocketListener() {
            @Override
            public void onMessage(WebSocket socket, String text) {
                Envelopes.read(text, seen);
            }

            @Override
            public void onClosing(WebSocket socket, int code, String reason) {
                seen.ended("closed " + code + " " + reason);
                socket.close(code, null);
            }

            @Override
            public void onFailure(WebSocket socket, Throwable failure, @Nullable Response answer) {
                seen.ended("failed: " + failure);
            }
        };
    }
}
