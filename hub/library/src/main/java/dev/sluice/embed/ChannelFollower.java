package dev.sluice.embed;

import dev.sluice.Event;
import dev.sluice.Handler;
import dev.sluice.Subscription;
import dev.sluice.core.delivery.Dispatcher;
import dev.sluice.core.delivery.Poll;
import dev.sluice.core.delivery.stream.Rejection;
import dev.sluice.core.delivery.stream.SubscriptionSpec.From;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/// A subscription of a program's handler: successive long polls inside the process, without a socket. It
/// reads at its own pace, like every other reader.
final class ChannelFollower implements Subscription {
    private static final System.Logger LOG = System.getLogger(ChannelFollower.class.getName());

    private static final int EVENTS_MAX = 256;

    /// After this time the poll is repeated, invisibly to the handler.
    private static final long WAIT_MS = 30_000;

    /// The delay before a poll is repeated when the log cannot be read or has no capacity.
    private static final long PAUSE_MS = 1_000;

    private final ChannelQuery query;
    private final Handler<Event> handler;
    private final Dispatcher loop;

    /// Never null: until the log has been read, the cursor given, or else the head of the log.
    private volatile String cursor;

    private volatile boolean isOpen = true;
    private @Nullable Thread thread;

    private ChannelFollower(ChannelQuery query, Handler<Event> handler) {
        this.query = query;
        this.handler = handler;
        this.loop = PageRead.anyLoop(query.hub());
        this.cursor = query.subscription().from() instanceof From.Resume(String given)
                ? given
                : query.hub().head().text();
    }

    /// Starts a subscription. When this method returns, its starting point is fixed: a subscription to the latest
    /// events receives every event published afterwards.
    ///
    /// @throws IllegalStateException if the search for the starting point has reached its limit
    static ChannelFollower begin(ChannelQuery query, Handler<Event> handler) {
        ChannelFollower follower = new ChannelFollower(query, handler);
        CompletableFuture<Poll.Result> first =
                follower.poll(query.subscription().from(), 0);
        Poll.Result result = first.join();
        if (result instanceof Poll.Result.Refused(Rejection.TooFar(String reason)))
            throw new IllegalStateException(reason);
        follower.moveBefore(result);
        follower.thread = query.threads().start("sluice subscription", () -> follower.run(result));
        return follower;
    }

    private CompletableFuture<Poll.Result> poll(From from, long waitMs) {
        return PageRead.poll(loop, query.subscription().from(from), EVENTS_MAX, waitMs);
    }

    /// Moves the cursor before the first event of an answer, which a handler that fails at it must get again.
    private void moveBefore(Poll.Result result) {
        if (result instanceof Poll.Result.Found found)
            cursor = found.gap() == null ? found.begin().text() : found.gap().after();
    }

    private void run(Poll.Result first) {
        From next = query.subscription().from();
        Poll.Result result = first;
        try {
            while (isOpen) {
                switch (result) {
                    case Poll.Result.Found found -> {
                        if (found.gap() != null) query.gapHandler().handle(PageRead.gap(found.gap()));
                        for (var event : found.events()) {
                            if (!isOpen) return;
                            handler.handle(new ReceivedEvent(event));
                            cursor = event.id().text();
                        }
                        cursor = found.cursor().text();
                        next = found.place();
                        if (found.closed()) {
                            isOpen = false;
                            query.endTask().run();
                            return;
                        }
                    }
                    case Poll.Result.Refused(Rejection.Missing missing) ->
                        throw new IllegalStateException("the subscription does not fail on gaps, but got " + missing);
                    // The program's own grant stays valid, whatever is revoked.
                    case Poll.Result.Refused(Rejection.Unavailable _),
                            Poll.Result.Refused(Rejection.Dismissed _),
                            Poll.Result.OverBudget _ -> Thread.sleep(PAUSE_MS);
                    case Poll.Result.Refused(Rejection.TooFar(String reason)) ->
                        throw new IllegalStateException(reason);
                }
                CompletableFuture<Poll.Result> answer = poll(next, WAIT_MS);
                try {
                    result = answer.get();
                    moveBefore(result);
                } finally {
                    answer.cancel(false); // Else the poll would wait on after close().
                }
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt(); // By close(), or because the server stops.
        } catch (ExecutionException failed) {
            throw new IllegalStateException(failed);
        } catch (Throwable failure) {
            LOG.log(Level.ERROR, "a handler failed; its subscription ends", failure);
        } finally {
            isOpen = false;
        }
    }

    @Override
    public String cursor() {
        return cursor;
    }

    @Override
    public boolean isOpen() {
        return isOpen;
    }

    @Override
    public void close() {
        isOpen = false;
        Thread follower = thread;
        if (follower != null && !follower.equals(Thread.currentThread())) follower.interrupt();
    }
}
