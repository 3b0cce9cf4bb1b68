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
 * The body of an answer, read piece by piece by one thread. The next piece is asked for only when the last is used up, so
 * a reader that takes its time holds back the connection, not memory.
 */
public final class Body implements BodySubscriber<Body>, AutoCloseable {
    private final Mailbox<Optional<List<ByteBuffer>>> arrived;
    private final CompletableFuture<Flow.Subscription> subscribed = new CompletableFuture<>();
    private final Queue<ByteBuffer> pieces = new ArrayDeque<>();
    private boolean ended;

    Body(Waiting waiting) {
        arrived = new Mailbox<>(waiting);
    }

    /**
     * Waits for the next piece, of at least a byte.
     *
     * @param silenceMax how long nothing may come
     * @return null at the end
     * @throws IOException if the line is cut or dead
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
     * The whole of a body.
     *
     * @throws TooLongException if it is longer than this
     * @throws IOException      if the line is cut or dead
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

    /** Gives the connection up if the body has not come to its end. May be called again, and by any thread. */
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
