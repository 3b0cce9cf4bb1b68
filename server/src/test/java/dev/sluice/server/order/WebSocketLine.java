package dev.sluice.server.order;

import dev.sluice.server.TestServer;
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

/// A WebSocket that OkHttp speaks: the JDK's loses what follows its handshake closely, see
/// `docs/evidence/JdkWebSocket.java`. What has come and is not read yet is thrown away with the line, as a client that
/// is killed would.
final class WebSocketLine extends WebSocketListener implements Line {
    private static final OkHttpClient HTTP = new OkHttpClient.Builder()
            .connectTimeout(TestServer.PATIENCE)
            .readTimeout(TestServer.PATIENCE)
            .build();

    private final BlockingQueue<Seen> queue = new LinkedBlockingQueue<>();
    private final WebSocket socket;
    private long left = Long.MAX_VALUE;

    WebSocketLine(TestServer server, String target, Map<String, String> fields) {
        Request request = new Request.Builder()
                .url(server.uri(target).toString())
                .headers(Headers.of(fields))
                .build();
        socket = HTTP.newWebSocket(request, this);
    }

    @Override
    public void onOpen(WebSocket from, Response handshake) {
        queue.add(new Seen.Opened(null));
    }

    @Override
    public void onMessage(WebSocket from, String text) {
        queue.add(Seen.of(Seen.JSON.readTree(text)));
    }

    @Override
    public void onMessage(WebSocket from, ByteString bytes) {
        queue.add(new Seen.Refused(0, MissingNode.getInstance())); // Never in json.
    }

    @Override
    public void onClosing(WebSocket from, int code, String reason) {
        queue.add(code == 1000 ? new Seen.End() : new Seen.Cut());
        from.close(code, null);
    }

    @Override
    public void onFailure(WebSocket from, Throwable failure, @Nullable Response refusal) {
        queue.add(refusal == null ? new Seen.Cut() : new Seen.Refused(refusal.code(), MissingNode.getInstance()));
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
        socket.cancel();
    }
}
