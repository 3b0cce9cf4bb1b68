package dev.sluice.server.order;

import dev.sluice.core.delivery.Subscription.From;
import dev.sluice.core.log.Start;
import dev.sluice.server.TestServer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// A reader on a thread of its own that comes and goes until it has heard the last event of its selection, and writes
/// down what it is told.
final class Wanderer implements Runnable {
    private final TestServer server;
    private final Chronicle chronicle;
    private final Random random;
    private final String name;
    private final Rounds.Story story;
    private final boolean isSlow;
    final Wish wish;
    final List<Visit> visits = new ArrayList<>();
    private @Nullable String cursor;
    private boolean isDone;
    private boolean isCutByUs;

    /// @param isSlow whether it reads only as fast as others publish
    Wanderer(TestServer server, Chronicle chronicle, Random random, String name, boolean isSlow, Rounds.Story story) {
        this.server = server;
        this.chronicle = chronicle;
        this.random = random;
        this.name = name;
        this.isSlow = isSlow;
        this.story = story;
        this.wish = wish(random, chronicle.nowMs());
    }

    private static Wish wish(Random random, long nowMs) {
        for (; ; ) {
            Wish drawn = Wish.draw(random, nowMs);
            Start start = random.nextInt(3) == 0 ? new Start.Latest() : new Start.Earliest();
            Wish wish = new Wish(
                    drawn.selection(), drawn.types(), drawn.conflate(), drawn.coalesce(), false, new From.At(start));
            if (CrowdTest.last(wish) != null) return wish;
        }
    }

    /// Whether this is the last event that there is for it.
    private boolean isLast(Seen seen) {
        String last = CrowdTest.last(wish);
        return switch (seen) {
            case Seen.Envelope(var event) ->
                event.has("data")
                        && event.get("data").isString()
                        && Seen.text(event, "data").endsWith(last);
            case Seen.Raw raw -> raw.data().endsWith(last);
            default -> false;
        };
    }

    @Override
    public void run() {
        try {
            while (!isDone) visit();
        } catch (RuntimeException | AssertionError failed) {
            throw new AssertionError(this + ": " + failed.getMessage(), failed);
        }
    }

    private void visit() {
        List<Way> ways = List.of(Way.values());
        Way way = isSlow ? ways.get(random.nextInt(3)) : ways.get(random.nextInt(ways.size()));
        if (cursor == null && way == Way.LONG_POLL) way = Way.POLL; // It would begin with what is to come.
        From from = cursor == null ? wish.first() : new From.Resume(cursor);
        Visit visit = new Visit(from, way, chronicle.moment(), chronicle.head());
        visits.add(visit);
        story.tell(name + " comes by " + visit);
        Line line = open(way, from);
        isCutByUs = random.nextInt(4) > 0;
        boolean inBytes = way == Way.SSE_RAW || way == Way.SSE_JSON || way == Way.JSON_LINES;
        if (isCutByUs) line.cutAfter(inBytes ? random.nextInt(isSlow ? 300_000 : 20_000) : random.nextInt(60));
        boolean goesOn = true;
        while (goesOn && !isDone) goesOn = hear(visit, line.next());
        line.cut();
    }

    /// Writes it down. Whether there may be more on this line.
    private boolean hear(Visit visit, Seen seen) {
        visit.heard.add(new Visit.Heard(seen, chronicle.moment()));
        if (seen.cursor() != null) cursor = seen.cursor();
        isDone = isLast(seen);
        return switch (seen) {
            case Seen.Cut _ -> {
                visit.isCutByServer = !isCutByUs;
                yield false;
            }
            case Seen.NothingLeft _, Seen.End _ -> {
                pause();
                yield false;
            }
            case Seen.Answered(String _, boolean more, boolean _) -> {
                if (!more && visit.heard.size() == 2) pause();
                yield false;
            }
            case Seen.Refused _ -> false;
            default -> {
                if (isSlow && random.nextInt(3) == 0) pause();
                yield true;
            }
        };
    }

    /// Until somebody publishes, which somebody does until everybody is done.
    private void pause() {
        if (isDone) return;
        if (!chronicle.awaitBehind(chronicle.moment())) throw new AssertionError("nobody publishes");
    }

    private Line open(Way way, From from) {
        List<String> parameters = new ArrayList<>();
        Map<String, String> fields = new LinkedHashMap<>();
        if (from instanceof From.Resume && random.nextBoolean()) fields.put("Last-Event-ID", cursor);
        else parameters.add(Wish.parameter(from));
        switch (way) {
            case SSE_RAW, SSE_JSON -> {
                fields.put("Accept", "text/event-stream");
                parameters.add("envelope=" + (way == Way.SSE_RAW ? "raw" : "json"));
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
        String target = wish.url(random.nextBoolean(), parameters);
        return switch (way) {
            case SSE_RAW, SSE_JSON, JSON_LINES -> new StreamLine(server, way, target, false, fields, isSlow ? 4096 : 0);
            case WEBSOCKET -> new WebSocketLine(server, target, fields);
            case LONG_POLL, POLL -> new PollLine(Servers.HTTP, server, target, fields);
        };
    }

    @Override
    public String toString() {
        return name + (isSlow ? ", slow, at " : " at ") + cursor + " by "
                + (visits.isEmpty() ? "nothing" : visits.getLast()) + " " + wish;
    }
}
