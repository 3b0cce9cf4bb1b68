package dev.sluice.app.killed;

import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.delivery.stream.SubscriptionSpec;
import dev.sluice.core.delivery.stream.SubscriptionSpec.From;
import dev.sluice.core.history.History;
import dev.sluice.core.history.ReaderChecker;
import dev.sluice.core.log.Start;
import dev.sluice.server.order.ClientConnection;
import dev.sluice.server.order.ClientKind;
import dev.sluice.server.order.Observation;
import dev.sluice.server.order.RawHttpConnection;
import dev.sluice.server.order.ReaderConnection;
import dev.sluice.server.order.ReaderSpec;
import dev.sluice.wire.HttpHead;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Follows a channel over randomly changing transports up to the event with the data `end`, each resuming where the
/// previous one stopped. A gap is a failure.
///
/// Raw text carries no cursor: the next transport resumes where the one before it stopped.
public final class TransportSwitchingReader {
    private static final String END = "end";

    /// All that it receives is checked against a log that has lost nothing: any moment is the same.
    private static final long MOMENT = 1;

    private static final Cursor HEAD = new Cursor(new Epoch("none"), 0);

    private final Supplier<String> url;
    private final String channel;
    private final Random random;
    private final From first;
    private final Thread thread;
    private final List<Consumer<ReaderChecker>> received = new ArrayList<>();
    private final Map<ClientKind, Integer> events = new EnumMap<>(ClientKind.class);
    private volatile @Nullable String cursor;
    private volatile @Nullable String fault;
    private volatile boolean isOver;

    /// Starts it.
    ///
    /// @param url   of the hub, or of any node of a cluster
    /// @param after the cursor at which it begins; null: before the first event
    public TransportSwitchingReader(Supplier<String> url, String channel, @Nullable String after, Random random) {
        this.url = url;
        this.channel = channel;
        this.random = random;
        cursor = after;
        first = from();
        thread = Thread.ofPlatform().daemon().start(this::run);
    }

    private From from() {
        return cursor == null ? new From.At(new Start.Earliest()) : new From.Resume(cursor);
    }

    /// Waits until it has received the last event.
    ///
    /// @throws AssertionError if it does not, or receives what it must not
    public void awaitEnd(Duration deadline) throws InterruptedException {
        boolean hasEnded = thread.join(deadline);
        if (fault != null) throw new AssertionError(this + " received what it must not: " + fault);
        if (!hasEnded) throw new AssertionError(this + " gets no further than " + cursor);
    }

    /// Stops it without waiting.
    public void abandon() {
        isOver = true;
        thread.interrupt();
    }

    /// Checks everything that it received, once it has ended.
    public void check(History history) {
        var spec = SubscriptionSpec.latest(Selection.of(channel)).from(first);
        ReaderChecker checker = new ReaderChecker(history, spec);
        for (Consumer<ReaderChecker> each : received) each.accept(checker);
    }

    /// The number of events received.
    public int received() {
        return events.values().stream().mapToInt(Integer::intValue).sum();
    }

    /// The number of events received over each transport.
    @Override
    public String toString() {
        return events.toString();
    }

    private void run() {
        ClientKind[] kinds = ClientKind.values();
        try {
            while (!isOver && fault == null) {
                int next = random.nextInt(kinds.length + 1);
                try {
                    if (next == kinds.length) text();
                    else connect(kinds[next]);
                } catch (IOException | UncheckedIOException killed) {
                    LockSupport.parkNanos(5_000_000); // The hub is down: try again.
                }
            }
        } catch (RuntimeException | AssertionError failed) {
            fault = failed.toString();
        }
    }

    private void connect(ClientKind kind) {
        String parameters = switch (kind) {
            case SSE_RAW -> "as=sse&envelope=raw&heartbeat=5&";
            case SSE_JSON -> "as=sse&envelope=json&heartbeat=5&";
            case JSON_LINES -> "as=ndjson&heartbeat=5&";
            case WEBSOCKET -> "heartbeat=5&";
            case LONG_POLL -> "as=json&wait=1&";
            case POLL -> "as=json&";
        };
        From from = from();
        ReaderConnection record = new ReaderConnection(from, kind, MOMENT, HEAD);
        received.add(record::check);
        ClientConnection connection = ClientConnection.open(
                URI.create(url.get()),
                kind,
                "/channels/" + channel + "?" + parameters + ReaderSpec.parameter(from),
                Map.of());
        try {
            connection.cutAfter(random.nextInt(kind.isStream() ? 10_000 : 100)); // In the middle of a stream.
            while (!isOver && fault == null && record(record, kind, connection.next())) {}
        } finally {
            connection.cut();
        }
    }

    /// @return whether the connection may have more
    private boolean record(ReaderConnection record, ClientKind kind, Observation observation) {
        switch (observation) {
            case Observation.Gap _, Observation.NothingLeft _ -> fault = observation + " over " + kind;
            case Observation.Refused(int status, var problem) -> {
                if (status != 503) fault = status + " over " + kind + ": " + problem;
                return false;
            }
            case Observation.Cut _, Observation.End _ -> {
                return false;
            }
            case Observation.Envelope(var event) -> event(kind, Observation.text(event, "data"));
            case Observation.Raw raw -> event(kind, raw.data());
            case Observation.Opened _, Observation.At _, Observation.Closed _, Observation.Answered _ -> {}
        }
        record.observations.add(new ReaderConnection.TimedObservation(observation, MOMENT));
        if (observation.cursor() != null) cursor = observation.cursor();
        return !(observation instanceof Observation.Answered);
    }

    private void event(ClientKind kind, String data) {
        events.merge(kind, 1, Integer::sum);
        if (data.equals(END)) isOver = true;
    }

    /// Reads at most up to the last event, after which the stream would be silent.
    private void text() throws IOException {
        From from = from();
        RawHttpConnection connection = new RawHttpConnection(URI.create(url.get()), 0);
        StringBuilder text = new StringBuilder();
        try {
            connection.cutAfter(random.nextInt(3_000));
            connection.get("/channels/" + channel + "?as=text&" + ReaderSpec.parameter(from), false, Map.of());
            HttpHead head = connection.head();
            if (head == null || head.status() == 503) return;
            if (head.status() != 200) fault = "text was answered " + head;
            for (int next = connection.body(); next >= 0; next = connection.body()) {
                text.append((char) next);
                if (isOver || text.indexOf(END, text.length() - END.length()) >= 0) return;
            }
        } finally {
            connection.cut();
            received.add(checker -> checker.text(from, text.toString()));
        }
    }
}
