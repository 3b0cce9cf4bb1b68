package dev.sluice.pusher;

import dev.sluice.Channels;
import dev.sluice.Event;
import dev.sluice.EventPage;
import dev.sluice.Gap;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads channels for a socket: a cursor of its own, so that a slow client delays no other one. The followers
/// of a socket take turns to send, and one that waits for its turn holds no events. So a client that does not
/// read costs one page of events, however many channels it has.
final class Follower implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Follower.class.getName());

    private static final int EVENTS_MAX = 16;
    private static final Duration WAIT = Duration.ofSeconds(30);

    /// The delay before a log that could not be read is read again.
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final PusherConnection connection;
    private final Channels channels;
    private final Consumer<Event> onEvent;
    private final Consumer<Gap> onGap;
    private final Thread thread;
    private volatile boolean isOpen = true;

    /// @param cursor where to start
    Follower(
            PusherConnection connection,
            Channels channels,
            String cursor,
            Consumer<Event> onEvent,
            Consumer<Gap> onGap) {
        this.connection = connection;
        this.channels = channels;
        this.onEvent = onEvent;
        this.onGap = onGap;
        this.thread = Thread.ofVirtual().name("sluice pusher subscription").unstarted(() -> run(cursor));
    }

    void start() {
        thread.start();
    }

    private void run(String start) {
        String cursor = start;
        try {
            while (isOpen && connection.isOpen()) {
                String next = sendUnlessAnotherSends(cursor);
                cursor = next == null ? sendInTurn(cursor) : next;
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException failure) {
            LOG.log(Level.ERROR, "a subscription failed; its connection is closed", failure);
            connection.restart();
        }
    }

    private @Nullable String sendUnlessAnotherSends(String cursor) throws InterruptedException {
        EventPage page = read(cursor, WAIT);
        Semaphore turn = connection.turn();
        if (!turn.tryAcquire()) return null;
        try {
            return send(page);
        } finally {
            turn.release();
        }
    }

    private String sendInTurn(String cursor) throws InterruptedException {
        Semaphore turn = connection.turn();
        turn.acquire();
        try {
            return send(read(cursor, Duration.ZERO));
        } finally {
            turn.release();
        }
    }

    private EventPage read(String cursor, Duration wait) throws InterruptedException {
        while (true) {
            try {
                return channels.after(cursor).read(EVENTS_MAX, wait);
            } catch (IllegalStateException unreadable) {
                LOG.log(Level.DEBUG, "a subscription waits for the log", unreadable);
                Thread.sleep(PAUSE);
            }
        }
    }

    /// @return the cursor after the page
    private String send(EventPage page) {
        page.gap().ifPresent(onGap);
        for (Event each : page.events()) if (isOpen) onEvent.accept(each);
        if (page.hasEnded()) isOpen = false;
        return page.cursor();
    }

    @Override
    public void close() {
        isOpen = false;
        thread.interrupt();
    }
}
