package dev.sluice.server.embed;

import dev.sluice.Handler;
import dev.sluice.Subscription;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.Dispatcher;
import dev.sluice.core.delivery.Poll;
import dev.sluice.core.delivery.Subscription.From;
import dev.sluice.core.event.Event;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// A program's handler that follows channels: long polls, one after the other, that never see a socket. So
/// it reads what every other reader reads, and its own pace is all that holds it up.
final class Follower implements Subscription {
    private static final System.Logger LOG = System.getLogger(Follower.class.getName());

    private static final int EVENTS_MAX = 256;
    private static final long BYTES_MAX = 1 << 20;

    /// Then it asks anew; nothing is to be seen of that.
    private static final long WAIT_MS = 30_000;

    /// Before it asks a log again that can't say now.
    private static final long PAUSE_MS = 1_000;

    private final Selected selected;
    private final Handler<Event> handler;
    private final Dispatcher loop;

    /// Known as soon as it has begun.
    private volatile Cursor cursor;

    private volatile boolean isOpen = true;
    private @Nullable Thread thread;

    private Follower(Selected selected, Handler<Event> handler) {
        this.selected = selected;
        this.handler = handler;
        var loops = selected.hub().dispatchers();
        this.loop = loops.get(ThreadLocalRandom.current().nextInt(loops.size()));
        this.cursor = selected.hub().log().head();
    }

    /// What is published when this has returned is already behind the beginning of one that asked for the
    /// latest.
    static Follower begin(Selected selected, Handler<Event> handler) {
        Follower follower = new Follower(selected, handler);
        CompletableFuture<Poll.Result> first = follower.ask(selected.asked().from(), 0);
        Poll.Result begun = first.join();
        follower.thread = selected.threads().start("sluice subscription", () -> follower.run(begun));
        return follower;
    }

    private CompletableFuture<Poll.Result> ask(From from, long waitMs) {
        CompletableFuture<Poll.Result> answer = new CompletableFuture<>();
        loop.execute(() -> {
            Poll poll =
                    Poll.ask(loop, selected.asked().from(from), EVENTS_MAX, BYTES_MAX, waitMs, null, answer::complete);
            // Whoever waits no longer has cancelled it.
            answer.whenComplete((_, _) -> loop.execute(poll::close));
        });
        return answer;
    }

    private void run(Poll.Result begun) {
        From next = selected.asked().from();
        Poll.Result result = begun;
        try {
            while (isOpen) {
                switch (result) {
                    case Poll.Result.Found found -> {
                        if (found.gap() != null) selected.gapHandler().handle(found.gap());
                        for (Event event : found.events()) {
                            if (!isOpen) return;
                            handler.handle(event);
                            cursor = event.id();
                        }
                        cursor = found.cursor();
                        next = new From.Resume(cursor.text());
                        if (found.closed()) {
                            isOpen = false;
                            selected.endTask().run();
                            return;
                        }
                    }
                    case Poll.Result.Missing missing -> throw new IllegalStateException("did not ask for " + missing);
                    case Poll.Result.Unavailable _, Poll.Result.NoRoom _ -> Thread.sleep(PAUSE_MS);
                    case Poll.Result.TooFar(String why) -> throw new IllegalStateException(why);
                }
                result = ask(next, WAIT_MS).get();
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt(); // By close(), or because the program stops.
        } catch (ExecutionException failed) {
            throw new IllegalStateException(failed);
        } catch (Throwable failure) {
            LOG.log(Level.ERROR, "a handler failed, and its subscription ends", failure);
        } finally {
            isOpen = false;
        }
    }

    @Override
    public Cursor cursor() {
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
