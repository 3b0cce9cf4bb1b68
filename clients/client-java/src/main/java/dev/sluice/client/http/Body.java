package dev.sluice.client.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * The body of a response, read piece by piece by one thread. The next piece is requested only when the previous one is
 * used up, so that a slow reader causes backpressure on the connection instead of using memory.
 */
public final class Body implements BodySubscriber<Body>, AutoCloseable {
    private final MessageQueue<Optional<List<ByteBuffer>>> arrived;
    private final CompletableFuture<Flow.Subscription> subscribed = new CompletableFuture<>();
    private final Queue<ByteBuffer> pieces = new ArrayDeque<>();
    private boolean ended;

    Body(Monitor monitor) {
        arrived = new MessageQueue<>(monitor);
    }

    /**
     * Waits for the next piece, which has at least one byte.
     *
     * @param silenceMax how long to wait for data
     * @return null at the end
     * @throws IOException if the connection is lost or silent for too long
     */
    public @Nullable ByteBuffer read(Duration silenceMax) throws IOException, InterruptedException {
        while (true) {
            var piece = pieces.poll();
            if (piece == null) {
                if (ended) return null;
                more(silenceMax);
            } else if (piece.hasRemaining()) {
                return piece;
            }
        }
    }

    private void more(Duration silenceMax) throws IOException, InterruptedException {
        var unused = subscribed.thenAccept(subscription -> subscription.request(1));
        var next = arrived.take(silenceMax);
        ended = next.isEmpty();
        next.ifPresent(pieces::addAll);
    }

    /**
     * Reads the whole body.
     *
     * @throws TooLongException if it is longer than this
     * @throws IOException      if the connection is lost or silent for too long
     */
    public byte[] readAll(int bytesMax, Duration silenceMax) throws IOException, InterruptedException {
        var all = new ByteArrayOutputStream();
        while (true) {
            var piece = read(silenceMax);
            if (piece == null) return all.toByteArray();
            if (all.size() + piece.remaining() > bytesMax) {
                close();
                throw new TooLongException("the answer is longer than " + bytesMax + " bytes");
            }
            var bytes = new byte[piece.remaining()];
            piece.get(bytes);
            all.write(bytes, 0, bytes.length);
        }
    }

    /**
     * Cancels the body if it has not been read to its end. Safe for use by many threads; further calls have no effect.
     */
    @Override
    public void close() {
        var unused = subscribed.thenAccept(Flow.Subscription::cancel);
    }

    @Override
    public CompletionStage<Body> getBody() {
        return CompletableFuture.completedFuture(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        subscribed.complete(subscription);
    }

    @Override
    public void onNext(List<ByteBuffer> item) {
        arrived.put(Optional.of(item));
    }

    @Override
    public void onError(Throwable reason) {
        arrived.fail(reason);
    }

    @Override
    public void onComplete() {
        arrived.put(Optional.empty());
    }
}
