package dev.sluice.server.order;

import dev.sluice.server.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import okhttp3.Headers;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okio.ByteString;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.MissingNode;

/// A WebSocket connection by OkHttp: the JDK's client loses data that closely follows its handshake, see
/// `docs/evidence/JdkWebSocket.java`. Cutting discards received messages that were not read, as killing a
/// client would.
final class SocketConnection extends WebSocketListener implements ClientConnection {
    private static final OkHttpClient HTTP = new OkHttpClient.Builder()
            .connectTimeout(TestServer.PATIENCE)
            .readTimeout(TestServer.PATIENCE)
            .build();

    private final BlockingQueue<Observation> queue = new LinkedBlockingQueue<>();
    private final WebSocket socket;
    private long left = Long.MAX_VALUE;

    SocketConnection(URI hub, String target, Map<String, String> fields) {
        Request request = new Request.Builder()
                .url(hub + target)
                .headers(Headers.of(fields))
                .build();
        socket = HTTP.newWebSocket(request, this);
    }

    @Override
    public void onOpen(WebSocket from, Response handshake) {
        queue.add(new Observation.Opened(null));
    }

    @Override
    public void onMessage(WebSocket from, String text) {
        queue.add(Observation.of(Observation.JSON.readTree(text)));
    }

    @Override
    public void onMessage(WebSocket from, ByteString bytes) {
        queue.add(new Observation.Refused(0, MissingNode.getInstance())); // Never with a JSON envelope.
    }

    @Override
    public void onClosing(WebSocket from, int code, String reason) {
        queue.add(code == 1000 ? new Observation.End() : new Observation.Cut());
        from.close(code, null);
    }

    @Override
    public void onFailure(WebSocket from, Throwable failure, @Nullable Response refusal) {
        queue.add(
                refusal == null
                        ? new Observation.Cut()
                        : new Observation.Refused(refusal.code(), MissingNode.getInstance()));
    }

    @Override
    public Observation next() {
        if (left == 0) {
            cut();
            return new Observation.Cut();
        }
        try {
            Observation observation = queue.poll(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (observation == null)
                throw new UncheckedIOException(new IOException("nothing received before the deadline"));
            left--;
            return observation;
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
        socket.cancel();
    }
}
