package dev.sluice.client;

import dev.sluice.client.http.HttpStatusException;
import dev.sluice.client.http.HubHttp;
import dev.sluice.client.http.Monitor;
import dev.sluice.client.http.NotAHubException;
import dev.sluice.client.http.Tokens;
import dev.sluice.client.json.JsonException;
import dev.sluice.client.transport.Arrival;
import dev.sluice.client.transport.Connector;
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
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a selection, each once and in order, over as many connections as necessary. The iterating thread does
 * all the work and blocks; if it is slow, the hub waits and no memory is used (backpressure). The iteration ends when
 * all channels have ended or the subscription is closed. It throws a {@link SluiceException} for failures that
 * reconnecting cannot solve.
 *
 * <p>One thread may iterate, once; {@link #cursor} and {@link #close} are safe for use by many threads. An interrupt
 * ends the iteration with a {@link CancellationException}.
 */
public final class Subscription implements Iterable<Message>, AutoCloseable {
    /** A connection counts as lost after two missed heartbeats and half of the interval to a third. */
    private static final double HEARTBEATS_MISSED_MAX = 2.5;

    private final SubscribeRequest request;
    private final HubNodes.Choice node;
    private final HubHttp hubHttp;
    private final Tokens.Refusals refusals;
    private final Connector connector;
    private final Monitor monitor;
    private final Backoff backoff;
    private final Consumer<Status> status;
    private final Consumer<Subscription> onClosed;
    private final Set<String> closedChannels = new HashSet<>();

    private volatile @Nullable Source source;
    private volatile @Nullable String cursor;
    private @Nullable String position;
    private Duration retry = Duration.ZERO;
    private boolean isConnectedBefore;
    private boolean isAnythingReceived;
    private boolean isOver;
    private boolean isIterated;

    Subscription(
            SubscribeRequest request,
            HubNodes hub,
            HubHttp hubHttp,
            Settings settings,
            Consumer<Status> status,
            Consumer<Subscription> onClosed) {
        this.request = request;
        node = hub.choose();
        this.hubHttp = hubHttp;
        refusals = hubHttp.tokens().refusals();
        this.status = status;
        this.onClosed = onClosed;
        monitor = new Monitor(settings.time());
        backoff = settings.backoff();
        var silenceMax = Duration.ofMillis((long) (request.heartbeat().toMillis() * HEARTBEATS_MISSED_MAX));
        var answerMax = settings.answerMax().plus(request.longPollWait());
        connector = new Connector(hubHttp, monitor, answerMax, silenceMax, settings.messageBytesMax());
    }

    /**
     * Returns the cursor after the last message that the iteration returned, to resume from over any transport. Empty
     * if none is known yet.
     */
    public Optional<String> cursor() {
        return Optional.ofNullable(cursor);
    }

    /** @throws IllegalStateException if called again: a subscription can be iterated once */
    @Override
    public Iterator<Message> iterator() {
        if (isIterated) throw new IllegalStateException("A subscription can be iterated only once: subscribe again.");
        isIterated = true;
        return new Messages();
    }

    /** Ends the iteration, even while it waits, and closes the connection. Further calls have no effect. */
    @Override
    public void close() {
        monitor.close();
        var open = source;
        if (open != null) open.close();
        onClosed.accept(this);
    }

    /**
     * Returns the next message of the selection. Reconnects and resumes after every lost connection.
     *
     * @return null at the end
     */
    private @Nullable Message follow() throws InterruptedException {
        while (!isOver) {
            try {
                var arrival = connected().next();
                refusals.reset();
                var message = accept(arrival);
                if (message != null) return message;
            } catch (IOException reason) {
                node.leave(0);
                lost(reason, Duration.ZERO);
            } catch (HttpStatusException reason) {
                if (reason.isFromHub()) hubHttp.hubAnswered();
                var renewed = refusals.renewedAfter(reason);
                if (renewed.isEmpty() && !reason.isWorthRetrying(hubHttp.isHubKnown()))
                    throw new RefusedException(reason);
                // The delay that a node asks for does not apply to the next node.
                boolean hasLeft = node.leave(reason.status());
                lost(
                        reason,
                        hasLeft
                                ? Duration.ZERO
                                : reason.retryAfter().or(() -> renewed).orElse(Duration.ZERO));
            } catch (NotAHubException reason) {
                if (!hubHttp.isHubKnown()) throw malformed(reason);
                node.leave(0);
                lost(reason, Duration.ZERO);
            } catch (MalformedException | JsonException reason) {
                throw malformed(reason);
            }
        }
        return null;
    }

    private ProtocolException malformed(Exception reason) {
        return new ProtocolException(node.current() + " does not answer like a hub: " + reason.getMessage(), reason);
    }

    private Source connected()
            throws IOException, InterruptedException, HttpStatusException, NotAHubException, MalformedException {
        var open = source;
        if (open == null) {
            if (isConnectedBefore) hubHttp.tokens().renew();
            isConnectedBefore = true;
            open = open();
            source = open;
            if (monitor.isClosed()) open.close(); // A concurrent close() may not have seen the source.
            hubHttp.hubAnswered();
            if (!open.equals(Source.OVER)) {
                status.accept(new Status.Connected(request.transport(), Optional.ofNullable(position)));
            }
        }
        return open;
    }

    private Source open()
            throws IOException, InterruptedException, HttpStatusException, NotAHubException, MalformedException {
        var address = request.address(node.current(), position);
        return switch (request.transport()) {
            case SSE -> SseSource.open(connector, address, position, request.isRaw());
            case WEBSOCKET -> WebSocketSource.open(connector, address, request.isRaw());
            case NDJSON -> NdjsonSource.open(connector, address);
            case TEXT -> TextSource.open(connector, address);
            case LONG_POLL, POLL ->
                PollSource.open(
                        connector, cursor -> request.address(node.current(), cursor), position, request.pause());
        };
    }

    private @Nullable Message accept(Arrival arrival) throws JsonException {
        if (arrival instanceof Arrival.Envelope envelope) {
            var event = new Event(envelope.json(), envelope.cursor());
            closedChannels.remove(event.channel()); // It was deleted after its end and has new events.
            advance(envelope.cursor());
            return event;
        }
        if (arrival instanceof Arrival.Raw raw) {
            advance(raw.cursor());
            return new Raw(raw.bytes(), raw.isText(), raw.type(), raw.cursor());
        }
        if (arrival instanceof Arrival.Gap gap) {
            closedChannels.clear(); // Any of them may have been deleted; the hub reports the ends again.
            advance(gap.resume());
            return new Message.Gap(Optional.ofNullable(gap.after()), gap.resume(), Message.Reason.of(gap.reason()));
        }
        if (arrival instanceof Arrival.Closed closed) {
            closedChannels.add(closed.channel());
            advance(closed.cursor());
            return new Message.Closed(closed.channel(), closed.cursor());
        }
        handleControl(arrival);
        return null;
    }

    /** Handles arrivals that are not messages. They move the visible cursor immediately. */
    private void handleControl(Arrival arrival) {
        if (arrival instanceof Arrival.Heartbeat heartbeat) {
            backoff.reset();
            if (heartbeat.cursor() != null) position = heartbeat.cursor();
            status.accept(new Status.Heartbeat(Optional.ofNullable(heartbeat.cursor()), heartbeat.behind()));
        } else if (arrival instanceof Arrival.Begin begin) {
            position = begin.cursor();
            status.accept(new Status.Heartbeat(Optional.of(begin.cursor()), OptionalLong.empty()));
        } else if (arrival instanceof Arrival.Head head) {
            if (position == null && request.isAtLatest()) position = head.cursor();
        } else if (arrival instanceof Arrival.Retry reconnect) {
            retry = reconnect.pause();
        } else if (arrival instanceof Arrival.Over) {
            isOver = true;
        }
        cursor = position;
    }

    private void advance(@Nullable String next) {
        backoff.reset();
        isAnythingReceived = true;
        if (next != null) position = next;
    }

    private void lost(Exception reason, Duration atLeast) throws InterruptedException {
        var lost = source;
        source = null;
        if (lost != null) {
            lost.close();
            isOver = haveAllClosed();
            if (isOver) return;
            if (!canResume()) throw new PositionLostException(reason);
        }
        // Also after a clean end, and with jitter: a restarted hub must not get all reconnects at the same moment.
        var pause = backoff.next(atLeast.compareTo(retry) > 0 ? atLeast : retry);
        var description = reason instanceof HttpStatusException refusal
                ? Problem.read(refusal.status(), refusal.body()).toString()
                : String.valueOf(reason.getMessage());
        status.accept(new Status.Lost(description, pause, hubHttp.isHubKnown()));
        monitor.pause(pause);
    }

    private boolean haveAllClosed() {
        return closedChannels.containsAll(request.names());
    }

    /** A stream without cursors can only reconnect if no data has arrived and its starting point is still the same. */
    private boolean canResume() {
        boolean hasCursors = request.transport() != Transport.TEXT
                && !(request.transport() == Transport.WEBSOCKET && request.isRaw());
        boolean isStillAtStart = !isAnythingReceived && !(position == null && request.isAtLatest());
        return hasCursors || isStillAtStart;
    }

    /** Fetches at most one message ahead, and only in {@link #hasNext}. */
    private final class Messages implements Iterator<Message> {
        private @Nullable Message pending;

        @Override
        public boolean hasNext() {
            if (monitor.isClosed()) return false;
            if (pending == null) pending = fetch();
            return pending != null;
        }

        @Override
        public Message next() {
            // What hasNext() has found is returned even if the subscription is closed meanwhile.
            if (pending == null && !hasNext()) throw new NoSuchElementException("The subscription has ended.");
            var message = Objects.requireNonNull(pending);
            pending = null;
            cursor = position;
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
                if (monitor.isClosed()) return null;
                close();
                throw reason;
            } catch (RuntimeException | Error reason) {
                close();
                throw reason;
            }
        }
    }
}
