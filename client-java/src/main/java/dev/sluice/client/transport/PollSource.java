package dev.sluice.client.transport;

import dev.sluice.client.http.NotAHubException;
import dev.sluice.client.http.RefusalException;
import dev.sluice.client.http.TooLongException;
import dev.sluice.client.json.Json;
import dev.sluice.client.json.JsonException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Polls and long polls: one request after the other, each from where the last ended. At once while there is more, else
 * after a pause, which a long poll does not need, as the hub itself waits.
 */
public final class PollSource implements Source {
    /** A page holds many events, so it may be this much longer than one. */
    private static final int PAGE_MESSAGES = 16;

    private final Line line;
    private final Function<@Nullable String, URI> address;
    private final Duration every;
    private final Queue<Arrival> pending = new ArrayDeque<>();
    private @Nullable String cursor;
    private boolean isPauseDue;
    private boolean isOver;

    private PollSource(Line line, Function<@Nullable String, URI> address, @Nullable String cursor, Duration every) {
        this.line = line;
        this.address = address;
        this.cursor = cursor;
        this.every = every;
    }

    /**
     * Asks for the first page.
     *
     * @param address of the next page behind a cursor, or of the first
     * @param every   how long to pause after a page that was the last for now
     */
    public static Source open(
            Line line, Function<@Nullable String, URI> address, @Nullable String cursor, Duration every)
            throws IOException, InterruptedException, RefusalException, NotAHubException, MalformedException {
        var source = new PollSource(line, address, cursor, every);
        source.poll();
        return source;
    }

    @Override
    public Arrival next()
            throws IOException, InterruptedException, RefusalException, NotAHubException, MalformedException {
        while (true) {
            var arrival = pending.poll();
            if (arrival != null) return arrival;
            if (isOver) return new Arrival.Over();
            if (isPauseDue && !every.isZero()) line.waiting().pause(every);
            poll();
        }
    }

    private void poll()
            throws IOException, InterruptedException, RefusalException, NotAHubException, MalformedException {
        try (var answer = line.get(HttpRequest.newBuilder(address.apply(cursor)), "application/json")) {
            int bytesMax = Math.multiplyExact(PAGE_MESSAGES, line.messageBytesMax());
            page(Wire.parse(answer.body().readAll(bytesMax, line.answerMax())));
        } catch (TooLongException | JsonException reason) {
            throw new MalformedException("the hub sent no page: " + reason.getMessage(), reason);
        }
    }

    private void page(Json page) throws JsonException, MalformedException, RefusalException {
        var members = page.members();
        var gap = members.get("gap");
        if (gap != null) add(Wire.said("gap", gap)); // The events of this page begin where it ends.
        var events = members.get("events");
        if (events == null) throw new JsonException("\"events\" is missing");
        for (var event : events.elements()) add(Wire.event(event, null));
        cursor = Cursors.check(Json.string(members, "cursor"));
        add(new Arrival.Heartbeat(cursor, OptionalLong.empty()));
        isOver = isTrue(members.get("closed"));
        isPauseDue = !isTrue(members.get("more"));
    }

    private void add(@Nullable Arrival arrival) {
        if (arrival != null) pending.add(arrival);
    }

    private static boolean isTrue(@Nullable Json value) throws JsonException {
        return value != null && value.bool();
    }

    /** Between two requests there is nothing to give up; one under way ends with the subscription's waiting. */
    @Override
    public void close() {}
}
