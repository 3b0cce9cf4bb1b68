package dev.sluice.client;

import dev.sluice.client.http.NotAHubException;
import dev.sluice.client.http.RefusalException;
import dev.sluice.client.http.Waiting;
import dev.sluice.client.http.Web;
import dev.sluice.client.json.JsonException;
import dev.sluice.client.transport.Arrival;
import dev.sluice.client.transport.Line;
import dev.sluice.client.transport.MalformedException;
import dev.sluice.client.transport.NdjsonSource;
import dev.sluice.client.transport.PollSource;
import dev.sluice.client.transport.Source;
import dev.sluice.client.transport.SseSource;
import dev.sluice.client.transport.TextSource;
import dev.sluice.client.transport.WebSocketSource;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a selection, each once and in order, over as many connections as that takes. Iterating blocks and does
 * all the work, on the thread that iterates: who takes its time holds back the hub, not memory. The iteration ends when
 * all channels have ended or somebody closes this; what can't be mended it throws, as a {@link SluiceException}.
 *
 * <p>One thread iterates, once; {@link #cursor} and {@link #close} are for any. An interrupt ends the iteration with a
 * {@link CancellationException}.
 */
public final class Subscription implements Iterable<Message>, AutoCloseable {
    /** A line is dead when it misses two heartbeats and half of the time to a third. */
    private static final double HEARTBEATS_MISSED_MAX = 2.5;

    private final SubscribeRequest request;
    private final HubAddress hub;
    private final Web web;
    private final Line line;
    private final Waiting waiting;
    private final Backoff backoff;
    private final Consumer<Status> status;
    private final Consumer<Subscription> onClosed;
    private final Set<String> closedChannels = new HashSet<>();

    private volatile @Nullable Source source;
    private volatile @Nullable String cursor;
    private @Nullable String place;
    private Duration retry = Duration.ZERO;
    private boolean isAnythingReceived;
    private boolean isOver;
    private boolean isIterated;

    Subscription(
            SubscribeRequest request,
            HubAddress hub,
            Web web,
            Settings settings,
            Consumer<Status> status,
            Consumer<Subscription> onClosed) {
        this.request = request;
        this.hub = hub;
        this.web = web;
        this.status = status;
        this.onClosed = onClosed;
        waiting = new Waiting(settings.time());
        backoff = settings.backoff();
        var silenceMax = Duration.ofMillis((long) (request.heartbeat().toMillis() * HEARTBEATS_MISSED_MAX));
        var answerMax = settings.answerMax().plus(request.longPollWait());
        line = new Line(web, waiting, answerMax, silenceMax, settings.messageBytesMax());
    }

    /** Where to go on, on any transport: behind what the iteration has given. Empty if nothing is known yet. */
    public Optional<String> cursor() {
        return Optional.ofNullable(cursor);
    }

    /** @throws IllegalStateException if called again: a subscription goes forward only */
    @Override
    public Iterator<Message> iterator() {
        if (isIterated) throw new IllegalStateException("A subscription is iterated once; subscribe again instead.");
        isIterated = true;
        return new Messages();
    }

    /** Ends the iteration, also where it waits, and gives the connection up. For any thread; may be called again. */
    @Override
    public void close() {
        waiting.close();
        var open = source;
        if (open != null) open.close();
        onClosed.accept(this);
    }

    /** Follows the selection to its next message, resuming after every lost connection. @return null at the end */
    private @Nullable Message follow() throws InterruptedException {
        while (!isOver) {
            try {
                var message = accept(connected().next());
                if (message != null) return message;
            } catch (IOException reason) {
                lost(reason, Duration.ZERO);
            } catch (RefusalException reason) {
                if (reason.isFromHub()) web.hubAnswered();
                if (!reason.isWorthRetrying(web.isHubKnown())) throw new RefusedException(reason);
                lost(reason, reason.retryAfter().orElse(Duration.ZERO));
            } catch (NotAHubException reason) {
                if (!web.isHubKnown()) throw malformed(reason);
                lost(reason, Duration.ZERO);
            } catch (MalformedException | JsonException reason) {
                throw malformed(reason);
            }
        }
        return null;
    }

    private ProtocolException malformed(Exception reason) {
        return new ProtocolException(hub + " does not answer as a hub: " + reason.getMessage(), reason);
    }

    private Source connected()
            throws IOException, InterruptedException, RefusalException, NotAHubException, MalformedException {
        var open = source;
        if (open == null) {
            open = open();
            source = open;
            if (waiting.isClosed()) open.close(); // Whoever closed this did not see the source.
            web.hubAnswered();
            if (!open.equals(Source.OVER)) {
                status.accept(new Status.Connected(request.transport(), Optional.ofNullable(place)));
            }
        }
        return open;
    }

    private Source open()
            throws IOException, InterruptedException, RefusalException, NotAHubException, MalformedException {
        var address = request.address(hub, place);
        return switch (request.transport()) {
            case SSE -> SseSource.open(line, address, place, request.isRaw());
            case WEBSOCKET -> WebSocketSource.open(line, address, request.isRaw());
            case NDJSON -> NdjsonSource.open(line, address);
            case TEXT -> TextSource.open(line, address);
            case LONG_POLL, POLL ->
                PollSource.open(line, cursor -> request.address(hub, cursor), place, request.pause());
        };
    }

    private @Nullable Message accept(Arrival arrival) throws JsonException {
        if (arrival instanceof Arrival.Envelope envelope) {
            var event = new Event(envelope.json(), envelope.cursor());
            closedChannels.remove(event.channel()); // Deleted after its end, and begun anew.
            arrived(envelope.cursor());
            return event;
        }
        if (arrival instanceof Arrival.Raw raw) {
            arrived(raw.cursor());
            return new Raw(raw.bytes(), raw.isText(), raw.type(), raw.cursor());
        }
        if (arrival instanceof Arrival.Gap gap) {
            closedChannels.clear(); // Any of them may have been deleted; the hub knows.
            arrived(gap.resume());
            return new Message.Gap(Optional.ofNullable(gap.after()), gap.resume(), Message.Reason.of(gap.reason()));
        }
        if (arrival instanceof Arrival.Closed closed) {
            closedChannels.add(closed.channel());
            arrived(closed.cursor());
            return new Message.Closed(closed.channel(), closed.cursor());
        }
        note(arrival);
        return null;
    }

    /** What is no message, and so moves the reader's cursor at once. */
    private void note(Arrival arrival) {
        if (arrival instanceof Arrival.Heartbeat heartbeat) {
            backoff.reset();
            if (heartbeat.cursor() != null) place = heartbeat.cursor();
            status.accept(new Status.Heartbeat(Optional.ofNullable(heartbeat.cursor()), heartbeat.behind()));
        } else if (arrival instanceof Arrival.Begin begin) {
            place = begin.cursor();
        } else if (arrival instanceof Arrival.Head head) {
            if (place == null && request.isAtLatest()) place = head.cursor();
        } else if (arrival instanceof Arrival.Retry said) {
            retry = said.pause();
        } else if (arrival instanceof Arrival.Over) {
            isOver = true;
        }
        cursor = place;
    }

    private void arrived(@Nullable String behind) {
        backoff.reset();
        isAnythingReceived = true;
        if (behind != null) place = behind;
    }

    private void lost(Exception reason, Duration atLeast) throws InterruptedException {
        var lost = source;
        source = null;
        if (lost != null) {
            lost.close();
            isOver = haveAllClosed();
            if (isOver) return;
            if (!canResume()) throw new PlaceLostException(reason);
        }
        // Also after a clean end, and by chance: a hub that starts again must not meet all its readers at once.
        var pause = backoff.next(atLeast.compareTo(retry) > 0 ? atLeast : retry);
        var told = reason instanceof RefusalException refusal
                ? Problem.read(refusal.status(), refusal.body()).toString()
                : String.valueOf(reason.getMessage());
        status.accept(new Status.Lost(told, pause, web.isHubKnown()));
        waiting.pause(pause);
    }

    private boolean haveAllClosed() {
        return closedChannels.containsAll(request.names());
    }

    /** A raw stream can begin again as it began, if that is still the same place and nothing has come from there. */
    private boolean canResume() {
        boolean hasCursors = request.transport() != Transport.TEXT
                && !(request.transport() == Transport.WEBSOCKET && request.isRaw());
        boolean isStillAtStart = !isAnythingReceived && !(place == null && request.isAtLatest());
        return hasCursors || isStillAtStart;
    }

    /** Fetches one message ahead of the reader at most, and only when asked whether there is one. */
    private final class Messages implements Iterator<Message> {
        private @Nullable Message pending;

        @Override
        public boolean hasNext() {
            if (waiting.isClosed()) return false;
            if (pending == null) pending = fetch();
            return pending != null;
        }

        @Override
        public Message next() {
            if (!hasNext()) throw new NoSuchElementException("The subscription has ended.");
            var message = Objects.requireNonNull(pending);
            pending = null;
            cursor = place;
            return message;
        }

        private @Nullable Message fetch() {
            try {
                var message = follow();
                if (message == null) close();
                return message;
            } catch (InterruptedException reason) {
                close();
                Thread.currentThread().interrupt();
                throw new CancellationException("interrupted");
            } catch (CancellationException reason) {
                if (waiting.isClosed()) return null;
                close();
                throw reason;
            } catch (RuntimeException | Error reason) {
                close();
                throw reason;
            }
        }
    }
}
