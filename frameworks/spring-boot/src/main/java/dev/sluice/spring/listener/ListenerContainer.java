package dev.sluice.spring.listener;

import dev.sluice.spring.Selection;
import dev.sluice.spring.SluiceEvent;
import dev.sluice.spring.SluiceGap;
import dev.sluice.spring.SluiceHub;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The subscription of one listener. It survives what a connection survives, refusals of the hub, and a
/// restart of the application's context.
final class ListenerContainer {
    private static final System.Logger LOG = System.getLogger(ListenerContainer.class.getName());

    /// Before a subscription that the hub has refused is tried again: a token may be replaced, a grant added.
    static final Duration PAUSE = Duration.ofSeconds(30);

    private final String id;
    private final Selection selection;
    private final ListenerMethod method;
    private final SluiceHub hub;
    private final SluiceErrorHandler errors;
    private final @Nullable SluiceCursorStore cursors;
    private final Duration pause;

    /// Held while the method runs and the cursor is stored, neither of which a stop interrupts before its
    /// deadline.
    private final ReentrantLock running = new ReentrantLock();

    private volatile boolean isOpen;
    private SluiceHub.@Nullable Subscription subscription;
    private volatile @Nullable Thread retry;
    private volatile @Nullable String cursor;

    ListenerContainer(
            String id,
            Selection selection,
            ListenerMethod method,
            SluiceHub hub,
            SluiceErrorHandler errors,
            @Nullable SluiceCursorStore cursors,
            Duration pause) {
        this.id = id;
        this.selection = selection;
        this.method = method;
        this.hub = hub;
        this.errors = errors;
        this.cursors = cursors;
        this.pause = pause;
    }

    /// Has no effect if this is started: a lazy bean may be added during the start of the others.
    void start() {
        if (!open()) return;
        try {
            begin();
        } catch (RuntimeException | Error failed) {
            isOpen = false; // It can be started again.
            throw failed;
        }
    }

    /// As [#start], but tries again after a pause if that fails: the bean exists nevertheless.
    void startOrRetry() {
        if (!open()) return;
        try {
            begin();
        } catch (RuntimeException failed) {
            tryAgain(failed);
        }
    }

    private void begin() {
        if (cursor == null && cursors != null) cursor = cursors.load(id).orElse(null);
        subscribe();
    }

    private synchronized boolean open() {
        if (isOpen) return false;
        isOpen = true;
        return true;
    }

    private synchronized void subscribe() {
        if (!isOpen) return;
        var place = cursor;
        subscription = hub.subscribe(place == null ? selection : selection.after(place), new Reader());
    }

    /// Passes no further event.
    void beginStop() {
        isOpen = false;
    }

    /// Waits until the method has returned, then interrupts it.
    void stop(long deadlineNs) throws InterruptedException {
        try {
            if (running.tryLock(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS)) running.unlock();
            else LOG.log(Level.WARNING, "a listener is interrupted, as it has not returned; listener=" + id);
        } finally {
            close();
        }
    }

    private void tryAgain(Throwable failure) {
        if (!isOpen) return;
        LOG.log(Level.ERROR, "a subscription failed and is tried again in " + pause + "; listener=" + id, failure);
        retry = Thread.ofVirtual().name("sluice listener").start(this::again);
    }

    private void again() {
        try {
            Thread.sleep(pause);
            begin();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException failure) {
            tryAgain(failure);
        }
    }

    private synchronized void close() {
        if (subscription != null) subscription.close();
        var waiting = retry;
        if (waiting != null) waiting.interrupt();
    }

    private final class Reader implements SluiceHub.Reader {
        @Override
        public void event(SluiceEvent event) throws InterruptedException {
            running.lockInterruptibly();
            try {
                if (isOpen && pass(event)) moved(event.cursor());
            } finally {
                running.unlock();
            }
        }

        private void moved(String place) {
            cursor = place;
            if (cursors != null) cursors.save(id, place);
        }

        /// Returns false if the container stopped before the event was handled.
        private boolean pass(SluiceEvent event) throws InterruptedException {
            for (int attempts = 1; ; attempts++) {
                Optional<Duration> pause;
                try {
                    method.call(event);
                    return true;
                } catch (InterruptedException stopped) {
                    throw stopped;
                } catch (Exception failure) {
                    pause = errors.handle(event, failure, attempts);
                } catch (Error failure) {
                    // Another subscription would get the same event: only if the JVM fails may that help.
                    if (failure instanceof VirtualMachineError && !(failure instanceof StackOverflowError))
                        throw failure;
                    pause = errors.handle(event, new ExecutionException(failure), attempts);
                }
                if (pause.isEmpty()) return true;
                Thread.sleep(pause.get());
                if (!isOpen) return false;
            }
        }

        @Override
        public void gap(SluiceGap gap) throws InterruptedException {
            running.lockInterruptibly();
            try {
                if (!isOpen) return; // Events before it may have been left out.
                LOG.log(
                        Level.WARNING,
                        "events are gone; listener=" + id + " reason=" + gap.reason() + " after=" + gap.after());
                moved(gap.resume());
            } finally {
                running.unlock();
            }
        }

        @Override
        public void position(String place) {
            running.lock();
            try {
                // Also without an event: a restart resumes here, and retention removes what is behind.
                if (isOpen && !place.equals(cursor)) moved(place);
            } finally {
                running.unlock();
            }
        }

        @Override
        public void ended(@Nullable Throwable failure) {
            if (failure != null) tryAgain(failure);
            else if (isOpen) LOG.log(Level.INFO, "all channels have ended; listener=" + id);
        }
    }
}
