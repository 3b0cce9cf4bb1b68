package dev.sluice.client;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A subscription that runs on a thread of its own and tells a listener. For any thread. */
public final class Follower implements AutoCloseable {
    private final Subscription subscription;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    Follower(Subscription subscription) {
        this.subscription = subscription;
    }

    /** Blocks until the end. */
    void run(Listener listener) {
        try {
            for (var message : subscription) listener.message(message);
            ended.complete(null);
        } catch (RuntimeException | Error reason) {
            subscription.close();
            ended.completeExceptionally(reason);
        }
    }

    /** Where to go on, on any transport: behind the last message that the listener was given. */
    public Optional<String> cursor() {
        return subscription.cursor();
    }

    /**
     * Completes when the listener will be told no more: plainly at the end of all channels or after {@link #close}, else
     * with the {@link SluiceException}, or with what the listener threw.
     */
    public CompletableFuture<Void> ended() {
        return ended.copy();
    }

    /** Ends the subscription; a message that the listener has in hand is not interrupted. May be called again. */
    @Override
    public void close() {
        subscription.close();
    }
}
