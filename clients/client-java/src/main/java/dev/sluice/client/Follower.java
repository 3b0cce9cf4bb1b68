package dev.sluice.client;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A subscription that runs on its own thread and calls a listener. Safe for use by many threads. */
public final class Follower implements AutoCloseable {
    private final Subscription subscription;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    Follower(Subscription subscription) {
        this.subscription = subscription;
    }

    /** Blocks until the subscription ends. */
    void run(Listener listener) {
        try {
            for (var message : subscription) listener.message(message);
            ended.complete(null);
        } catch (RuntimeException | Error reason) {
            subscription.close();
            ended.completeExceptionally(reason);
        }
    }

    /**
     * Returns the cursor after the last message that the listener received, to resume from over any transport. Empty if
     * none is known yet.
     */
    public Optional<String> cursor() {
        return subscription.cursor();
    }

    /**
     * Returns a future that completes when the listener is no longer called: normally
     * when all channels have ended or after {@link #close}, else exceptionally with
     * the {@link SluiceException} or with the exception that the listener threw.
     */
    public CompletableFuture<Void> ended() {
        return ended.copy();
    }

    /** Ends the subscription. A running call of the listener is not interrupted. Further calls have no effect. */
    @Override
    public void close() {
        subscription.close();
    }
}
