package dev.sluice.server.order;

import dev.sluice.core.delivery.stream.SubscriptionSpec.From;
import dev.sluice.core.history.ReaderChecker;
import dev.sluice.core.history.RecordingLog;
import dev.sluice.core.log.Start;
import dev.sluice.server.TestServer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// A reader with its own thread that connects and disconnects until it has received the last event of its selection,
/// and records everything it receives.
final class RandomReader implements Runnable {
    private final TestServer server;
    private final RecordingLog recording;
    private final Random random;
    private final String name;
    private final Rounds.Trace trace;
    private final boolean isSlow;
    final ReaderSpec spec;
    private final List<ReaderConnection> connections = new ArrayList<>();
    private @Nullable String cursor;
    private boolean isDone;
    private boolean isCutByUs;

    /// @param isSlow whether it reads only as fast as others publish
    RandomReader(
            TestServer server, RecordingLog recording, Random random, String name, boolean isSlow, Rounds.Trace trace) {
        this.server = server;
        this.recording = recording;
        this.random = random;
        this.name = name;
        this.isSlow = isSlow;
        this.trace = trace;
        this.spec = spec(random, recording.nowMs());
    }

    private static ReaderSpec spec(Random random, long nowMs) {
        for (; ; ) {
            ReaderSpec drawn = ReaderSpec.draw(random, nowMs);
            Start start = random.nextInt(3) == 0 ? new Start.Latest() : new Start.Earliest();
            ReaderSpec spec = new ReaderSpec(
                    drawn.selection(), drawn.types(), drawn.conflate(), drawn.coalesce(), false, new From.At(start));
            if (ConcurrentOrderTest.last(spec) != null) return spec;
        }
    }

    /// Whether this is the last event that it will receive.
    private boolean isLast(Observation observation) {
        String last = ConcurrentOrderTest.last(spec);
        return switch (observation) {
            case Observation.Envelope(var event) ->
                event.has("data")
                        && event.get("data").isString()
                        && Observation.text(event, "data").endsWith(last);
            case Observation.Raw raw -> raw.data().endsWith(last);
            default -> false;
        };
    }

    @Override
    public void run() {
        try {
            while (!isDone) connect();
        } catch (RuntimeException | AssertionError failed) {
            throw new AssertionError(this + ": " + failed.getMessage(), failed);
        }
    }

    /// Checks everything it received.
    void check() {
        ReaderChecker checker = new ReaderChecker(recording.history(), spec.subscription());
        try {
            for (ReaderConnection each : connections) each.check(checker);
        } catch (AssertionError wrong) {
            throw new AssertionError(name + " " + spec + ": " + wrong.getMessage(), wrong);
        }
    }

    private void connect() {
        List<ClientKind> kinds = List.of(ClientKind.values());
        ClientKind kind = isSlow ? kinds.get(random.nextInt(3)) : kinds.get(random.nextInt(kinds.size()));
        // It would start at the head.
        if (cursor == null && kind == ClientKind.LONG_POLL) kind = ClientKind.POLL;
        From from = cursor == null ? spec.first() : new From.Resume(cursor);
        ReaderConnection connection = new ReaderConnection(from, kind, recording.moment(), recording.head());
        connections.add(connection);
        trace.add(name + " connects by " + connection);
        ClientConnection clientConnection = open(kind, from);
        isCutByUs = random.nextInt(4) > 0;
        if (isCutByUs)
            clientConnection.cutAfter(kind.isStream() ? random.nextInt(isSlow ? 300_000 : 20_000) : random.nextInt(60));
        boolean hasMore = true;
        while (hasMore && !isDone) hasMore = record(connection, clientConnection.next());
        clientConnection.cut();
    }

    /// Records the observation. Returns whether the connection may have more.
    private boolean record(ReaderConnection connection, Observation observation) {
        connection.observations.add(new ReaderConnection.TimedObservation(observation, recording.moment()));
        if (observation.cursor() != null) cursor = observation.cursor();
        isDone = isLast(observation);
        return switch (observation) {
            case Observation.Cut _ -> {
                connection.isCutByServer = !isCutByUs;
                yield false;
            }
            case Observation.NothingLeft _, Observation.End _ -> {
                pause();
                yield false;
            }
            case Observation.Answered(String _, boolean more, boolean _) -> {
                if (!more && connection.observations.size() == 2) pause();
                yield false;
            }
            case Observation.Refused _ -> false;
            default -> {
                if (isSlow && random.nextInt(3) == 0) pause();
                yield true;
            }
        };
    }

    /// Waits for the next publish; there are some until all readers are done.
    private void pause() {
        if (isDone) return;
        if (!recording.awaitAfter(recording.moment())) throw new AssertionError("no publisher is running");
    }

    private ClientConnection open(ClientKind kind, From from) {
        List<String> parameters = new ArrayList<>();
        Map<String, String> fields = new LinkedHashMap<>();
        if (from instanceof From.Resume && random.nextBoolean()) fields.put("Last-Event-ID", cursor);
        else parameters.add(ReaderSpec.parameter(from));
        switch (kind) {
            case SSE_RAW, SSE_JSON -> {
                fields.put("Accept", "text/event-stream");
                parameters.add("envelope=" + (kind == ClientKind.SSE_RAW ? "raw" : "json"));
                parameters.add("heartbeat=5");
            }
            case JSON_LINES -> {
                parameters.add("as=ndjson");
                parameters.add("heartbeat=5");
            }
            case WEBSOCKET -> parameters.add("heartbeat=5");
            case LONG_POLL -> parameters.add("wait=20");
            case POLL -> parameters.add("limit=" + (1 + random.nextInt(50)));
        }
        String target = spec.url(random.nextBoolean(), parameters);
        return isSlow && kind.isStream()
                ? new StreamConnection(server.server().uri(), kind, target, false, fields, 4096)
                : ClientConnection.open(server.server().uri(), kind, target, fields);
    }

    @Override
    public String toString() {
        return name + (isSlow ? ", slow, at " : " at ") + cursor + " by "
                + (connections.isEmpty() ? "nothing" : connections.getLast()) + " " + spec;
    }
}
