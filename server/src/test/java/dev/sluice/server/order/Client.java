package dev.sluice.server.order;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.Subscription.From;
import dev.sluice.server.TestServer;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// A subscriber over its whole life: it comes, is cut off, and comes back by another way. All that it is told is held
/// against what its [Follower] expects.
final class Client {
    /// What another kind of log might call a place.
    private static final String ANOTHERS = "no.id_of~this.hub";

    private final TestServer server;
    private final HttpClient http;
    private final Random random;
    private final String name;
    private final Wish wish;
    private final Follower follower;
    private final Rounds.Story story;

    /// The last place that it was told; null: it has to begin anew.
    private @Nullable String cursor;

    private @Nullable Line line;
    private Way way = Way.SSE_RAW;
    private boolean beats;
    private boolean isCutByUs;

    Client(TestServer server, HttpClient http, Chronicle chronicle, Random random, String name, Rounds.Story story) {
        this.server = server;
        this.http = http;
        this.random = random;
        this.name = name;
        this.story = story;
        this.wish = Wish.draw(random, chronicle.nowMs());
        this.follower = new Follower(chronicle, wish);
        story.tell(name + " wants " + wish);
    }

    boolean isConnected() {
        return line != null;
    }

    /// Comes, or comes back, by any way, and hears all that there is for it, or breaks off on the way there.
    void connect() {
        connect(anyWay(), random.nextInt(3) == 0);
    }

    /// Comes by another way and hears everything.
    void connectToHearAll() {
        if (line != null) cut();
        connect(anyWay(), false);
        cut();
    }

    private Way anyWay() {
        List<Way> ways = List.of(Way.values());
        return ways.get(random.nextInt(ways.size()));
    }

    private void connect(Way by, boolean breaksOff) {
        if (random.nextInt(15) == 0) cursor = random.nextBoolean() ? "zz9-" + random.nextInt(99) : ANOTHERS;
        // Who waits without a place may be registered after what comes next: nobody could say what it must hear.
        way = cursor == null && by == Way.LONG_POLL ? Way.POLL : by;
        From from = cursor == null ? wish.first() : new From.Resume(cursor);
        Follower.Beginning expected = follower.begin(from, way);
        line = open(from);
        story.tell(name + " comes by " + way + " from " + from + ", to be " + expected);
        if (breaksOff) cutAfter(amount());
        begun(expected);
        sync();
    }

    /// So much that it often breaks off in the middle of something.
    private int amount() {
        boolean isStream = way == Way.SSE_RAW || way == Way.SSE_JSON || way == Way.JSON_LINES;
        if (!isStream) return random.nextInt(6);
        return random.nextBoolean() ? 300 + random.nextInt(700) : random.nextInt(5_000);
    }

    private Line open(From from) {
        List<String> parameters = new ArrayList<>();
        Map<String, String> fields = new LinkedHashMap<>();
        boolean inHeader = from instanceof From.Resume && (random.nextBoolean() || ANOTHERS.equals(cursor));
        if (inHeader) fields.put("Last-Event-ID", cursor); // It wins over what the URL says.
        From inUrl = inHeader ? wish.first() : from;
        if (!(way == Way.LONG_POLL && inHeader)) parameters.add(Wish.parameter(inUrl));
        int beat = random.nextInt(3);
        beats = way != Way.LONG_POLL && way != Way.POLL;
        if (beats && beat == 0) parameters.add("heartbeat=5");
        if (beat == 1 && (way == Way.SSE_JSON || way == Way.SSE_RAW)) parameters.add("heartbeat=10,event");
        switch (way) {
            case SSE_RAW, SSE_JSON -> {
                if (random.nextBoolean()) parameters.add("as=sse");
                else fields.put("Accept", "text/event-stream");
                boolean isUsual = wish.selection().isSingle() == (way == Way.SSE_RAW);
                if (!isUsual || random.nextBoolean())
                    parameters.add("envelope=" + (way == Way.SSE_RAW ? "raw" : "json"));
                if (random.nextInt(8) == 0) parameters.add("padding=" + random.nextInt(3_000));
            }
            case JSON_LINES -> fields.put("Accept", "application/x-ndjson");
            case LONG_POLL -> parameters.add("wait=60");
            case POLL -> parameters.add("limit=" + (1 + random.nextInt(20)));
            case WEBSOCKET -> {}
        }
        String target = wish.url(random.nextBoolean(), parameters);
        return switch (way) {
            case SSE_RAW, SSE_JSON, JSON_LINES ->
                new StreamLine(server, way, target, random.nextInt(4) == 0, fields, 0);
            case WEBSOCKET -> new WebSocketLine(server, target, fields);
            case LONG_POLL, POLL -> new PollLine(http, server, target, fields);
        };
    }

    private void begun(Follower.Beginning expected) {
        if (way == Way.LONG_POLL && expected != Follower.Beginning.REFUSED_FOR_GAP) return;
        Seen first = next();
        switch (first) {
            case Seen.Cut _ when isCutByUs -> off();
            case Seen.Refused(int status, var problem) -> {
                if (expected != Follower.Beginning.REFUSED_FOR_GAP || status != 410) unexpected(first, expected);
                // The problem says where to go on; who does not read it (a browser's WebSocket) begins anew.
                cursor = problem.has("resume") && random.nextBoolean() ? Seen.text(problem, "resume") : null;
                off();
            }
            case Seen.NothingLeft _ -> {
                boolean isStream = way == Way.SSE_RAW || way == Way.SSE_JSON || way == Way.JSON_LINES;
                if (expected != Follower.Beginning.EVERYTHING_ENDED || !isStream) unexpected(first, expected);
                off();
            }
            case Seen.Opened _
            when expected == Follower.Beginning.EVERYTHING_ENDED && way == Way.WEBSOCKET -> {
                Seen end = next();
                if (!(end instanceof Seen.End) && !(end instanceof Seen.Cut && isCutByUs)) unexpected(end, expected);
                off();
            }
            case Seen.Opened _
            when expected == Follower.Beginning.STREAM
                    || (expected == Follower.Beginning.EVERYTHING_ENDED && way.isPoll()) -> take(first);
            default -> unexpected(first, expected);
        }
    }

    private void unexpected(Seen seen, Object expected) {
        throw new AssertionError(this + " was told " + seen + ", not " + expected);
    }

    /// Hears all that there is for it. Somebody who polls asks until there is no more.
    void sync() {
        while (line != null && (way == Way.POLL || !follower.isCaughtUp())) {
            Seen seen = next();
            if (!take(seen)) return;
        }
        if (line != null && !way.isPoll() && follower.hasEnded()) {
            take(next());
        }
    }

    /// Every event loop has had its turn since something happened last.
    void settled() {
        if (line != null) follower.settled();
    }

    /// A place without anything else must come next: time for a heartbeat has passed.
    void hearBeat() {
        if (line == null || !beats) return;
        Cursor before = follower.cursor();
        Seen seen = next();
        boolean isBeat = seen instanceof Seen.At || (seen instanceof Seen.Cut && isCutByUs);
        if (!isBeat) unexpected(seen, "a heartbeat behind " + before);
        take(seen);
    }

    private Seen next() {
        try {
            return line.next();
        } catch (AssertionError wrong) {
            throw new AssertionError(this + ": " + wrong.getMessage(), wrong);
        }
    }

    private boolean take(Seen seen) {
        if (seen instanceof Seen.Cut || (seen instanceof Seen.End && !follower.hasEnded())) {
            if (!isCutByUs) unexpected(seen, "anything but that");
            off();
            return false;
        }
        if (seen instanceof Seen.Refused(int status, var problem) && status == 410 && wish.gapFails()) {
            if (!follower.isGapDue()) unexpected(seen, "no gap");
            if (problem.has("resume")) cursor = Seen.text(problem, "resume");
            cut();
            return false;
        }
        try {
            follower.told(seen);
        } catch (AssertionError wrong) {
            throw new AssertionError(this + ": " + wrong.getMessage(), wrong);
        }
        if (seen.cursor() != null) cursor = seen.cursor();
        if (seen instanceof Seen.End) off();
        if (seen instanceof Seen.Answered answer) answered(answer);
        return line != null;
    }

    private void answered(Seen.Answered answer) {
        off();
        if (answer.closed()) return;
        if (way == Way.LONG_POLL || answer.more()) connectAgain();
    }

    private void connectAgain() {
        From from = new From.Resume(cursor);
        Follower.Beginning expected = follower.begin(from, way);
        line = open(from);
        begun(expected);
    }

    /// Breaks off at once.
    void cut() {
        if (line == null) return;
        line.cut();
        off();
    }

    /// The server is gone: the line ends, and nothing comes before that which is not due.
    void left() {
        while (line != null) {
            Seen seen = next();
            if (isFarewell(seen)) off();
            else take(seen);
            if (seen instanceof Seen.Answered) return; // It has come back already.
        }
    }

    /// The end of a line, or the answer to who came in the last moment.
    private static boolean isFarewell(Seen seen) {
        return seen instanceof Seen.Cut
                || seen instanceof Seen.End
                || (seen instanceof Seen.Refused(int status, var _) && status == 503);
    }

    /// Breaks off in the middle of what comes next.
    void cutSoon() {
        if (line == null) return;
        cutAfter(random.nextInt(way == Way.WEBSOCKET || way.isPoll() ? 2 : 200));
    }

    private void cutAfter(int amount) {
        isCutByUs = true;
        line.cutAfter(amount);
    }

    private void off() {
        line = null;
        isCutByUs = false;
    }

    @Override
    public String toString() {
        return name + " at " + cursor + " by " + way + " " + wish;
    }
}
