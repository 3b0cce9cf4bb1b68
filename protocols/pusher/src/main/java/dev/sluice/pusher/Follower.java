package dev.sluice.pusher;

import dev.sluice.Channels;
import dev.sluice.Event;
import dev.sluice.EventPage;
import dev.sluice.Gap;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Reads channels for a socket: a cursor of its own, so that a slow client delays no other one. The followers
/// of a socket take turns to send, and one that waits for its turn holds no events. So a client that does not
/// read costs one page of events, however many channels it has.
final class Follower implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Follower.class.getName());

    private static final int EVENTS_MAX = 16;

    /// Of the frames that are sent at a time: a write for each would cost more than all else.
    private static final int PIECE_CHARACTERS = 16 << 10;

    private static final Duration WAIT = Duration.ofSeconds(30);

    /// The delay before a log that could not be read is read again.
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final PusherConnection connection;
    private final Function<Event, Optional<String>> frame;
    private final Consumer<Gap> onGap;
    private final Thread thread;
    private volatile boolean isOpen = true;

    /// @param cursor where to start
    /// @param frame  returns what is sent of an event; empty if nothing
    Follower(
            PusherConnection connection,
            Channels channels,
            String cursor,
            Function<Event, Optional<String>> frame,
            Consumer<Gap> onGap) {
        this.connection = connection;
        this.frame = frame;
        this.onGap = onGap;
        Channels start = channels.after(cursor);
        this.thread = Thread.ofVirtual().name("sluice pusher subscription").unstarted(() -> run(start));
    }

    void start() {
        thread.start();
    }

    private void run(Channels start) {
        Channels rest = start;
        try {
            while (isOpen && connection.isOpen()) {
                Channels next = sendUnlessAnotherSends(rest);
                rest = next == null ? sendInTurn(rest) : next;
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        } catch (RefusedException full) {
            connection.refuse(full);
        } catch (RuntimeException failure) {
            LOG.log(Level.ERROR, "a subscription failed; its connection is closed", failure);
            connection.restart();
        }
    }

    private @Nullable Channels sendUnlessAnotherSends(Channels rest) throws InterruptedException {
        EventPage page = read(rest, WAIT);
        // There is no wait for an event of an ended channel, which may be deleted and begin again.
        if (page.hasEnded() && page.events().isEmpty()) Thread.sleep(connection.silence());
        Semaphore turn = connection.turn();
        if (!turn.tryAcquire()) return null;
        try {
            return send(page);
        } finally {
            turn.release();
        }
    }

    private Channels sendInTurn(Channels rest) throws InterruptedException {
        Semaphore turn = connection.turn();
        turn.acquire();
        try {
            return send(read(rest, Duration.ZERO));
        } finally {
            turn.release();
        }
    }

    private static EventPage read(Channels rest, Duration wait) throws InterruptedException {
        while (true) {
            try {
                return rest.read(EVENTS_MAX, wait);
            } catch (IllegalStateException unreadable) {
                LOG.log(Level.DEBUG, "a subscription waits for the log", unreadable);
                Thread.sleep(PAUSE);
            }
        }
    }

    /// @return what follows the page
    private Channels send(EventPage page) {
        page.gap().ifPresent(onGap);
        List<String> frames = new ArrayList<>();
        int characters = 0;
        for (Event each : page.events()) {
            if (!isOpen) break;
            String next = frame.apply(each).orElse("");
            if (next.isEmpty()) continue;
            frames.add(next);
            characters += next.length();
            if (characters < PIECE_CHARACTERS) continue;
            sendAll(frames);
            characters = 0;
        }
        sendAll(frames);
        return page.next();
    }

    private void sendAll(List<String> frames) {
        if (isOpen) connection.send(frames);
        frames.clear();
    }

    @Override
    public void close() {
        isOpen = false;
        thread.interrupt();
    }
}
