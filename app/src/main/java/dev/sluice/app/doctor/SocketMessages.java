package dev.sluice.app.doctor;

import java.net.URI;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Counts the stamped messages of a WebSocket until it ends.
final class SocketMessages implements WebSocket.Listener {
    private final AtomicInteger count = new AtomicInteger();
    private final CountDownLatch ended = new CountDownLatch(1);

    /// Opens the WebSocket, which ends after all messages have arrived.
    CompletableFuture<WebSocket> open(HubPath path, int messages, long everyMs) {
        URI uri = path.uri("socket", "events=" + messages + "&every=" + everyMs);
        var builder = path.http().newWebSocketBuilder().connectTimeout(HubPath.TIME_MAX);
        if (path.key() != null) builder.header("Authorization", path.authorization());
        return builder.buildAsync(URI.create("ws" + uri.toString().substring("http".length())), this);
    }

    /// @return the number of messages that have arrived
    int awaitEnd(Duration atMost) throws InterruptedException {
        var _ = ended.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
        return count.get();
    }

    int count() {
        return count.get();
    }

    /// Waits for the end; returns false on a timeout.
    boolean endsWithin(Duration time) throws InterruptedException {
        return ended.await(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean isLast) {
        if (StampedEvents.isIn(data)) count.incrementAndGet();
        socket.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
        ended.countDown();
        return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
        ended.countDown();
    }
}
