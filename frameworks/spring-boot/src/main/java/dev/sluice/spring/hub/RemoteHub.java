package dev.sluice.spring.hub;

import dev.sluice.client.Event;
import dev.sluice.client.Message;
import dev.sluice.client.Publication;
import dev.sluice.client.Published;
import dev.sluice.client.Raw;
import dev.sluice.client.SluiceClient;
import dev.sluice.client.SluiceException;
import dev.sluice.client.Status;
import dev.sluice.client.SubscribeRequest;
import dev.sluice.spring.PublishFailedException;
import dev.sluice.spring.Selection;
import dev.sluice.spring.Selection.Start;
import dev.sluice.spring.SluiceEvent;
import dev.sluice.spring.SluiceGap;
import dev.sluice.spring.SluiceHub;
import dev.sluice.spring.SluicePublication;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// A hub that is reached over the network.
public final class RemoteHub implements SluiceHub, AutoCloseable {
    /// How long a stop waits for a hub that is slow, or away for a restart.
    private static final Duration FLUSH_MAX = Duration.ofSeconds(10);

    private static final System.Logger LOG = System.getLogger(RemoteHub.class.getName());

    private final SluiceClient client;

    public RemoteHub(SluiceClient client) {
        this.client = client;
    }

    @Override
    public String publish(SluicePublication publication) {
        try {
            return client.publish(converted(publication)).id();
        } catch (SluiceException | IllegalArgumentException | IllegalStateException reason) {
            throw failed(reason);
        } catch (InterruptedException reason) {
            Thread.currentThread().interrupt();
            throw new PublishFailedException("Interrupted; perhaps the event was published.", reason);
        }
    }

    @Override
    public CompletableFuture<String> publishLater(SluicePublication publication) {
        try {
            return client.publishLater(converted(publication))
                    .thenApply(Published::id)
                    .exceptionally(failure -> {
                        throw failed(
                                failure instanceof CompletionException && failure.getCause() != null
                                        ? failure.getCause()
                                        : failure);
                    });
        } catch (SluiceException | IllegalArgumentException | IllegalStateException reason) {
            return CompletableFuture.failedFuture(failed(reason));
        }
    }

    private static PublishFailedException failed(Throwable reason) {
        return new PublishFailedException(String.valueOf(reason.getMessage()), reason);
    }

    private static Publication converted(SluicePublication given) {
        var converted = given.removesKey()
                ? Publication.removal(given.channel(), String.valueOf(given.key()))
                : withData(given);
        if (given.key() != null) converted = converted.key(given.key());
        if (given.type() != null) converted = converted.type(given.type());
        return given.idempotencyKey() == null ? converted : converted.idempotencyKey(given.idempotencyKey());
    }

    private static Publication withData(SluicePublication given) {
        return switch (given.contentType()) {
            case "text/plain" -> Publication.text(given.channel(), new String(given.bytes(), StandardCharsets.UTF_8));
            default -> Publication.bytes(given.channel(), given.bytes(), given.contentType());
        };
    }

    @Override
    public Subscription subscribe(Selection selection, Reader reader) {
        var running = new Running(client, request(selection), reader);
        running.thread.start();
        return running;
    }

    private static SubscribeRequest request(Selection selection) {
        var request = SubscribeRequest.to(selection.channels());
        if (!selection.types().isEmpty()) {
            request = request.types(selection.types().toArray(String[]::new));
        }
        return switch (selection.start()) {
            case Start.Latest _ -> request.fromLatest();
            case Start.Earliest _ -> request.fromEarliest();
            case Start.Snapshot _ -> request.snapshot();
            case Start.Last(int count) -> request.last(count);
            case Start.Since(var age) -> request.since(age);
            // A browser may send the id of another server: a gap for it, as from an embedded hub, not a refusal.
            case Start.After(String cursor) -> request.lastEventId(cursor);
        };
    }

    /// A subscription that calls its reader.
    private static final class Running implements Subscription {
        final Thread thread = Thread.ofVirtual().name("sluice subscription").unstarted(this::run);
        private final Reader reader;
        private final dev.sluice.client.Subscription messages;
        private volatile boolean isClosed;

        Running(SluiceClient client, SubscribeRequest request, Reader reader) {
            this.reader = reader;
            messages = client.subscribe(request, this::note);
        }

        private void run() {
            Throwable failure = null;
            try (messages) {
                for (var message : messages) pass(message);
            } catch (Exception | Error reason) {
                failure = reason;
            }
            if (!isClosed) reader.ended(failure);
        }

        private void pass(Message message) throws Exception {
            switch (message) {
                case Event event -> reader.event(converted(event));
                case Message.Gap gap ->
                    reader.gap(new SluiceGap(
                            gap.after().orElse(null),
                            gap.resume(),
                            gap.reason().name().toLowerCase(Locale.ROOT)));
                case Message.Closed closed -> reader.position(closed.cursor());
                case Raw raw -> throw new IllegalStateException("The hub sent raw data: " + raw);
            }
        }

        private void note(Status status) {
            var cursor = switch (status) {
                case Status.Connected connected -> connected.cursor();
                case Status.Heartbeat heartbeat -> heartbeat.cursor();
                case Status.Lost _ -> Optional.<String>empty();
            };
            cursor.ifPresent(reader::position);
        }

        private static SluiceEvent converted(Event event) {
            return new SluiceEvent(
                    event.id(),
                    event.cursor(),
                    event.channel(),
                    event.type(),
                    event.time(),
                    event.key().orElse(null),
                    event.from().orElse(null),
                    event.contentType(),
                    event.bytes(),
                    event.isRemoved());
        }

        @Override
        public void close() {
            isClosed = true;
            messages.close();
            thread.interrupt();
        }
    }

    /// Waits up to ten seconds until what was handed over is published. The client, which this does not close,
    /// drops the rest.
    @Override
    public void close() {
        try {
            if (client.flush(FLUSH_MAX)) return;
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        LOG.log(Level.WARNING, "events are dropped, because the hub has not taken them by the end of the application");
    }
}
