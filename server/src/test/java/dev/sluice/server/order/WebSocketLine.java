package dev.sluice.server.order;

import dev.sluice.server.TestServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.MissingNode;

/// A WebSocket that the JDK speaks. What has come and is not read yet is thrown away with the line, as a client that is
/// killed would.
final class WebSocketLine implements Line, WebSocket.Listener {
    private final BlockingQueue<Seen> queue = new LinkedBlockingQueue<>();
    private final StringBuilder message = new StringBuilder();
    private @Nullable WebSocket socket;
    private long left = Long.MAX_VALUE;

    WebSocketLine(HttpClient http, TestServer server, String target, Map<String, String> fields) {
        WebSocket.Builder builder = http.newWebSocketBuilder().connectTimeout(TestServer.PATIENCE);
        fields.forEach(builder::header);
        URI uri = URI.create(server.uri(target).toString().replaceFirst("^http", "ws"));
        try {
            // Said first: messages may come before this returns.
            queue.add(new Seen.Opened(null));
            socket = builder.buildAsync(uri, this).join();
        } catch (CompletionException failed) {
            if (!(failed.getCause() instanceof WebSocketHandshakeException refused)) throw new AssertionError(failed);
            queue.clear();
            queue.add(new Seen.Refused(refused.getResponse().statusCode(), MissingNode.getInstance()));
        }
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean isLast) {
        message.append(data);
        if (isLast) {
            queue.add(Seen.of(Seen.JSON.readTree(message.toString())));
            message.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean isLast) {
        queue.add(new Seen.Refused(0, MissingNode.getInstance())); // Never in json.
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        queue.add(code == 1000 ? new Seen.End() : new Seen.Cut());
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        queue.add(new Seen.Cut());
    }

    @Override
    public Seen next() {
        if (left == 0) {
            cut();
            return new Seen.Cut();
        }
        try {
            Seen seen = queue.poll(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (seen == null) throw new AssertionError("nothing came, for too long");
            left--;
            return seen;
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    @Override
    public void cutAfter(long messages) {
        left = messages;
    }

    @Override
    public void cut() {
        if (socket != null) socket.abort();
    }
}
