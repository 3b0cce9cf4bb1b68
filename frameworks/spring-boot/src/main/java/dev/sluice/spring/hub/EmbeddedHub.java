package dev.sluice.spring.hub;

import dev.sluice.Channels;
import dev.sluice.Event;
import dev.sluice.Gap;
import dev.sluice.Handler;
import dev.sluice.Message;
import dev.sluice.PublishResult;
import dev.sluice.Sluice;
import dev.sluice.spring.PublishFailedException;
import dev.sluice.spring.Selection;
import dev.sluice.spring.Selection.Start;
import dev.sluice.spring.SluiceEvent;
import dev.sluice.spring.SluiceGap;
import dev.sluice.spring.SluiceHub;
import dev.sluice.spring.SluicePublication;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A hub inside the application, used without a socket.
public final class EmbeddedHub implements SluiceHub, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(EmbeddedHub.class.getName());

    /// How long a stop waits for a log that is slow.
    private static final Duration STORE_MAX = Duration.ofSeconds(10);

    /// The most bytes of events that wait for the log.
    private static final int WAITING_BYTES_MAX = 16 << 20;

    /// Added to the data of each event.
    private static final int EVENT_BYTES = 1_000;

    private final Sluice sluice;
    private final Duration storeMax;
    private final Semaphore room = new Semaphore(WAITING_BYTES_MAX);

    /// One thread: events are stored in the order in which they were handed over.
    private final ExecutorService later = Executors.newSingleThreadExecutor(
            Thread.ofVirtual().name("sluice publish").factory());

    /// @param sluice started; this does not close it
    public EmbeddedHub(Sluice sluice) {
        this(sluice, STORE_MAX);
    }

    /// @param storeMax how long [#close] waits
    EmbeddedHub(Sluice sluice, Duration storeMax) {
        this.sluice = sluice;
        this.storeMax = storeMax;
    }

    @Override
    public String publish(SluicePublication publication) {
        try {
            return id(sluice.channel(publication.channel()).publish(message(publication)));
        } catch (IllegalArgumentException | IllegalStateException reason) {
            throw new PublishFailedException(String.valueOf(reason.getMessage()), reason);
        }
    }

    private static String id(PublishResult result) {
        return switch (result) {
            case PublishResult.Stored(String id) -> id;
            case PublishResult.Repeated(String id) -> id;
            case PublishResult.Ended(String _) -> throw refused("The channel has ended.");
            case PublishResult.KeyReused() -> throw refused("The idempotency key was used for another event.");
            case PublishResult.Full(String detail) -> throw refused(detail);
            case PublishResult.TooManyChannels(int max) -> throw refused("The hub has its maximum of channels: " + max);
            case PublishResult.LatestDiffers(var latest) -> throw refused("The newest event is " + latest);
        };
    }

    private static PublishFailedException refused(String reason) {
        return new PublishFailedException(reason, null);
    }

    private static Message message(SluicePublication given) {
        var kind = switch (given.contentType()) {
            case "text/plain" -> Message.Kind.TEXT;
            case "application/json" -> Message.Kind.JSON;
            default -> Message.Kind.BINARY;
        };
        var data = new Message.Data(kind, given.contentType(), given.bytes());
        var type = given.type() == null ? "message" : given.type();
        return new Message(
                data,
                type,
                given.key(),
                given.removesKey(),
                false,
                given.idempotencyKey(),
                null,
                false,
                null,
                null,
                null);
    }

    @Override
    public CompletableFuture<String> publishLater(SluicePublication publication) {
        int bytes = Math.min(publication.bytes().length + EVENT_BYTES, WAITING_BYTES_MAX);
        if (!room.tryAcquire(bytes)) {
            return CompletableFuture.failedFuture(refused("Too many events wait for the log: publish more slowly."));
        }
        try {
            return CompletableFuture.supplyAsync(() -> publish(publication), later)
                    .whenComplete((_, _) -> room.release(bytes))
                    .copy(); // A caller that cancels its future, or lets it time out, must not keep the room.
        } catch (RejectedExecutionException closed) {
            room.release(bytes);
            return CompletableFuture.failedFuture(new PublishFailedException("The hub is closed.", closed));
        }
    }

    @Override
    public Subscription subscribe(Selection selection, Reader reader) {
        Running running;
        try {
            running = new Running(channels(selection), reader);
        } catch (IllegalStateException refused) { // The log was searched for the start as far as it may be.
            reader.ended(refused);
            return () -> {};
        }
        running.begin(selection);
        return running;
    }

    private Channels channels(Selection selection) {
        var channels = sluice.channels(selection.channels().toArray(String[]::new));
        if (!selection.types().isEmpty()) {
            channels = channels.types(selection.types().toArray(String[]::new));
        }
        return switch (selection.start()) {
            case Start.Latest _ -> channels.latest();
            case Start.Earliest _ -> channels.earliest();
            case Start.Snapshot _ -> channels.snapshot();
            case Start.Last(int count) -> channels.last(count);
            case Start.Since(var age) -> channels.since(Instant.now().minus(age));
            case Start.After(String cursor) -> channels.after(cursor);
        };
    }

    /// A subscription that calls its reader.
    private static final class Running implements Subscription {
        private final Reader reader;
        private final CountDownLatch isPositioned = new CountDownLatch(1);
        private final dev.sluice.Subscription subscription;
        private volatile boolean isClosed;

        Running(Channels channels, Reader reader) {
            this.reader = reader;
            subscription = channels.onGap(passing(gap -> reader.gap(converted(gap))))
                    .onEnd(() -> end(null))
                    .subscribe(passing(event -> reader.event(converted(event))));
        }

        void begin(Selection selection) {
            // Of a subscription with history, it is not known if the log could not be read yet.
            try {
                if (selection.start() instanceof Start.Latest) reader.position(subscription.cursor());
            } catch (RuntimeException | Error failure) {
                close(); // The caller gets no subscription that it could close.
                throw failure;
            } finally {
                isPositioned.countDown();
            }
        }

        /// Waits for the place at which the subscription began: a reader that got it after an event would step
        /// back.
        private <T> Handler<T> passing(Handler<T> handler) {
            return item -> {
                isPositioned.await();
                if (isClosed) return;
                try {
                    handler.handle(item);
                } catch (Exception | Error failure) {
                    end(failure);
                    subscription.close();
                }
            };
        }

        private void end(@Nullable Throwable failure) throws InterruptedException {
            isPositioned.await();
            if (isClosed) return;
            isClosed = true;
            reader.ended(failure);
        }

        private static SluiceEvent converted(Event event) {
            return new SluiceEvent(
                    event.id(),
                    event.id(),
                    event.channel(),
                    event.type(),
                    event.time(),
                    event.key().orElse(null),
                    event.from().orElse(null),
                    event.contentType(),
                    event.bytes(),
                    event.isRemoved());
        }

        private static SluiceGap converted(Gap gap) {
            return new SluiceGap(gap.after(), gap.resume(), gap.reason().name().toLowerCase(Locale.ROOT));
        }

        @Override
        public void close() {
            isClosed = true;
            subscription.close();
        }
    }

    /// Stores what was handed over, and waits for it up to ten seconds. The rest fails once the hub is closed.
    @Override
    public void close() {
        later.shutdown();
        try {
            if (later.awaitTermination(storeMax.toMillis(), TimeUnit.MILLISECONDS)) return;
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        LOG.log(Level.WARNING, "the log has not taken all events by the end of the application: some may be dropped");
    }
}
