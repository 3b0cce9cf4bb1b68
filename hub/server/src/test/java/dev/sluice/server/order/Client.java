package dev.sluice.server.order;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.stream.SubscriptionSpec.From;
import dev.sluice.core.history.RecordingLog;
import dev.sluice.server.TestServer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// A subscriber that is disconnected and reconnects by other transports. Everything it receives is checked by
/// its [Follower][dev.sluice.client.Follower].
final class Client {
    /// A cursor as another kind of log might write it.
    private static final String FOREIGN_CURSOR = "no.id_of~this.hub";

    private final TestServer server;
    private final Random random;
    private final String name;
    private final ReaderSpec spec;
    private final Follower follower;
    private final Rounds.Trace trace;

    /// The last cursor received; null if it has to start anew.
    private @Nullable String cursor;

    private @Nullable ClientConnection connection;
    private ClientKind kind = ClientKind.SSE_RAW;
    private boolean hasHeartbeats;
    private boolean isCutByUs;

    Client(TestServer server, RecordingLog recording, Random random, String name, Rounds.Trace trace) {
        this.server = server;
        this.random = random;
        this.name = name;
        this.trace = trace;
        this.spec = ReaderSpec.draw(random, recording.nowMs());
        this.follower = new Follower(recording, spec);
        trace.add(name + " subscribes to " + spec);
    }

    boolean isConnected() {
        return connection != null;
    }

    /// Connects by a random transport, and reads everything due, or is cut off before that.
    void connect() {
        connect(randomKind(), random.nextInt(3) == 0);
    }

    /// Connects by a random transport and reads everything.
    void connectAndReadAll() {
        if (connection != null) cut();
        connect(randomKind(), false);
        cut();
    }

    private ClientKind randomKind() {
        List<ClientKind> kinds = List.of(ClientKind.values());
        return kinds.get(random.nextInt(kinds.size()));
    }

    private void connect(ClientKind next, boolean isCutEarly) {
        if (random.nextInt(15) == 0) cursor = random.nextBoolean() ? "zz9-" + random.nextInt(99) : FOREIGN_CURSOR;
        // A long poll without a cursor may be registered after the next publish, so its expected answer would
        // be uncertain.
        kind = cursor == null && next == ClientKind.LONG_POLL ? ClientKind.POLL : next;
        From from = cursor == null ? spec.first() : new From.Resume(cursor);
        Follower.ExpectedStart expected = follower.start(from, kind);
        connection = open(from);
        trace.add(name + " connects by " + kind + " from " + from + ", expects " + expected);
        if (isCutEarly) cutAfter(cutAmount());
        checkStart(expected);
        sync();
    }

    /// An amount that often cuts in the middle of a message.
    private int cutAmount() {
        if (!kind.isStream()) return random.nextInt(6);
        return random.nextBoolean() ? 300 + random.nextInt(700) : random.nextInt(5_000);
    }

    private ClientConnection open(From from) {
        List<String> parameters = new ArrayList<>();
        Map<String, String> fields = new LinkedHashMap<>();
        boolean inHeader = from instanceof From.Resume && (random.nextBoolean() || FOREIGN_CURSOR.equals(cursor));
        if (inHeader) fields.put("Last-Event-ID", cursor); // The header takes precedence over the URL.
        From inUrl = inHeader ? spec.first() : from;
        if (!(kind == ClientKind.LONG_POLL && inHeader)) parameters.add(ReaderSpec.parameter(inUrl));
        int heartbeatChoice = random.nextInt(3);
        hasHeartbeats = kind != ClientKind.LONG_POLL && kind != ClientKind.POLL;
        if (hasHeartbeats && heartbeatChoice == 0) parameters.add("heartbeat=5");
        if (heartbeatChoice == 1 && (kind == ClientKind.SSE_JSON || kind == ClientKind.SSE_RAW))
            parameters.add("heartbeat=10,event");
        switch (kind) {
            case SSE_RAW, SSE_JSON -> {
                if (random.nextBoolean()) parameters.add("as=sse");
                else fields.put("Accept", "text/event-stream");
                boolean isDefault = spec.selection().isSingle() == (kind == ClientKind.SSE_RAW);
                if (!isDefault || random.nextBoolean())
                    parameters.add("envelope=" + (kind == ClientKind.SSE_RAW ? "raw" : "json"));
                if (random.nextInt(8) == 0) parameters.add("padding=" + random.nextInt(3_000));
            }
            case JSON_LINES -> fields.put("Accept", "application/x-ndjson");
            case LONG_POLL -> parameters.add("wait=60");
            case POLL -> parameters.add("limit=" + (1 + random.nextInt(20)));
            case WEBSOCKET -> {}
        }
        String target = spec.url(random.nextBoolean(), parameters);
        return kind.isStream()
                ? new StreamConnection(server.server().uri(), kind, target, random.nextInt(4) == 0, fields, 0)
                : ClientConnection.open(server.server().uri(), kind, target, fields);
    }

    private void checkStart(Follower.ExpectedStart expected) {
        if (kind == ClientKind.LONG_POLL && expected != Follower.ExpectedStart.REFUSED_FOR_GAP) return;
        Observation first = next();
        switch (first) {
            case Observation.Cut _ when isCutByUs -> disconnected();
            case Observation.Refused(int status, var problem) -> {
                if (expected != Follower.ExpectedStart.REFUSED_FOR_GAP || status != 410) unexpected(first, expected);
                // The problem names the cursor to resume from; a client that can't read it (a browser's WebSocket)
                // starts anew.
                cursor = problem.has("resume") && random.nextBoolean() ? Observation.text(problem, "resume") : null;
                disconnected();
            }
            case Observation.NothingLeft _ -> {
                if (expected != Follower.ExpectedStart.EVERYTHING_ENDED || !kind.isStream())
                    unexpected(first, expected);
                disconnected();
            }
            case Observation.Opened _
            when expected == Follower.ExpectedStart.EVERYTHING_ENDED && kind == ClientKind.WEBSOCKET -> {
                Observation end = next();
                if (!(end instanceof Observation.End) && !(end instanceof Observation.Cut && isCutByUs))
                    unexpected(end, expected);
                disconnected();
            }
            case Observation.Opened _
            when expected == Follower.ExpectedStart.STREAM
                    || (expected == Follower.ExpectedStart.EVERYTHING_ENDED && kind.isPoll()) -> handle(first);
            default -> unexpected(first, expected);
        }
    }

    private void unexpected(Observation observation, Object expected) {
        throw new AssertionError(this + " received " + observation + ", expected " + expected);
    }

    /// Reads everything due. A polling client polls until there is no more.
    void sync() {
        while (connection != null && (kind == ClientKind.POLL || !follower.isCaughtUp())) {
            Observation observation = next();
            if (!handle(observation)) return;
        }
        if (connection != null && !kind.isPoll() && follower.hasEnded()) {
            handle(next());
        }
    }

    /// Every event loop has run since the last change.
    void settled() {
        if (connection != null) follower.settled();
    }

    /// Expects a cursor without an event: a heartbeat is due.
    void expectHeartbeat() {
        if (connection == null || !hasHeartbeats) return;
        Cursor before = follower.cursor();
        Observation observation = next();
        boolean isBeat = observation instanceof Observation.At || (observation instanceof Observation.Cut && isCutByUs);
        if (!isBeat) unexpected(observation, "a heartbeat after " + before);
        handle(observation);
    }

    private Observation next() {
        try {
            return connection.next();
        } catch (AssertionError wrong) {
            throw new AssertionError(this + ": " + wrong.getMessage(), wrong);
        }
    }

    private boolean handle(Observation observation) {
        if (observation instanceof Observation.Cut
                || (observation instanceof Observation.End && !follower.hasEnded())) {
            if (!isCutByUs) unexpected(observation, "anything else");
            disconnected();
            return false;
        }
        if (observation instanceof Observation.Refused(int status, var problem) && status == 410 && spec.gapFails()) {
            if (!follower.isGapDue()) unexpected(observation, "no gap");
            if (problem.has("resume")) cursor = Observation.text(problem, "resume");
            cut();
            return false;
        }
        try {
            follower.observe(observation);
        } catch (AssertionError wrong) {
            throw new AssertionError(this + ": " + wrong.getMessage(), wrong);
        }
        if (observation.cursor() != null) cursor = observation.cursor();
        if (observation instanceof Observation.End) disconnected();
        if (observation instanceof Observation.Answered answer) answered(answer);
        return connection != null;
    }

    private void answered(Observation.Answered answer) {
        disconnected();
        if (answer.closed()) return;
        if (kind == ClientKind.LONG_POLL || answer.more()) connectAgain();
    }

    private void connectAgain() {
        From from = new From.Resume(cursor);
        Follower.ExpectedStart expected = follower.start(from, kind);
        connection = open(from);
        checkStart(expected);
    }

    /// Disconnects at once.
    void cut() {
        if (connection == null) return;
        connection.cut();
        disconnected();
    }

    /// The server is gone: the connection ends, and nothing unexpected precedes the end.
    void serverGone() {
        while (connection != null) {
            Observation observation = next();
            if (isDisconnect(observation)) disconnected();
            else handle(observation);
            if (observation instanceof Observation.Answered) return; // It has reconnected already.
        }
    }

    /// The end of the connection, or the refusal of one that came at the last moment.
    private static boolean isDisconnect(Observation observation) {
        return observation instanceof Observation.Cut
                || observation instanceof Observation.End
                || (observation instanceof Observation.Refused(int status, var _) && status == 503);
    }

    /// Disconnects in the middle of the next message.
    void cutSoon() {
        if (connection == null) return;
        cutAfter(random.nextInt(kind == ClientKind.WEBSOCKET || kind.isPoll() ? 2 : 200));
    }

    private void cutAfter(int amount) {
        isCutByUs = true;
        connection.cutAfter(amount);
    }

    private void disconnected() {
        connection = null;
        isCutByUs = false;
    }

    @Override
    public String toString() {
        return name + " at " + cursor + " by " + kind + " " + spec;
    }
}
