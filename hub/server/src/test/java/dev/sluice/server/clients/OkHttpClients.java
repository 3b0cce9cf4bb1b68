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

/// OkHttp's two APIs to follow a channel. Neither reconnects on its own.
enum OkHttpClients implements ForeignClient {
    /// Does not report an id without data, so the starting cursor is read from the response header.
    SSE {
        @Override
        public Run follow(URI channel, @Nullable String lastId, ReceivedEvents received) {
            Request.Builder request = new Request.Builder().url(channel.toString());
            if (lastId != null) request.header("Last-Event-ID", lastId);
            OkHttpClient http = http();
            EventSource source = EventSources.createFactory(http).newEventSource(request.build(), events(received));
            return () -> {
                source.cancel();
                http.dispatcher().executorService().shutdown();
            };
        }
    },

    WEBSOCKET {
        @Override
        public Run follow(URI channel, @Nullable String lastId, ReceivedEvents received) {
            String uri = ForeignClient.after(channel, lastId).toString();
            Request request = new Request.Builder().url(uri).build();
            OkHttpClient http =
                    http().newBuilder().pingInterval(ForeignClient.SILENCE_MAX).build();
            WebSocket socket = http.newWebSocket(request, messages(received));
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
    public boolean reconnects() {
        return false;
    }

    private static OkHttpClient http() {
        return new OkHttpClient.Builder().readTimeout(Duration.ZERO).build();
    }

    private static EventSourceListener events(ReceivedEvents received) {
        return new EventSourceListener() {
            @Override
            public void onOpen(EventSource source, Response answer) {
                String cursor = answer.header("Sluice-Cursor");
                if (cursor != null) received.cursor(cursor);
            }

            @Override
            public void onEvent(EventSource source, @Nullable String id, @Nullable String type, String data) {
                if (type == null && id != null) received.event(id, data);
                else received.note(type + " " + data);
            }

            @Override
            public void onClosed(EventSource source) {
                received.ended("closed");
            }

            @Override
            public void onFailure(EventSource source, @Nullable Throwable failure, @Nullable Response answer) {
                received.ended("failed: " + failure + " " + answer);
            }
        };
    }

    static WebSocketListener messages(ReceivedEvents received) {
        return new WebSocketListener() {
            @Override
            public void onMessage(WebSocket socket, String text) {
                Envelopes.read(text, received);
            }

            @Override
            public void onClosing(WebSocket socket, int code, String reason) {
                received.ended("closed " + code + " " + reason);
                socket.close(code, null);
            }

            @Override
            public void onFailure(WebSocket socket, Throwable failure, @Nullable Response answer) {
                received.ended("failed: " + failure);
            }
        };
    }
}
