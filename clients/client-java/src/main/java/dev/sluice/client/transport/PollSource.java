package dev.sluice.client.transport;

import dev.sluice.client.http.HttpStatusException;
import dev.sluice.client.http.NotAHubException;
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
 * Polls and long polls: successive requests, each from the cursor of the previous
 * answer. The next request follows immediately while there are more events, else
 * after a pause. A long poll needs no pause, because the hub itself waits.
 */
public final class PollSource implements Source {
    /** A page holds many events, so its limit is this many times that of one event. */
    private static final int PAGE_MESSAGES = 16;

    private final Connector connector;
    private final Function<@Nullable String, URI> address;
    private final Duration every;
    private final Queue<Arrival> pending = new ArrayDeque<>();
    private @Nullable String cursor;
    private boolean isPauseDue;
    private boolean isOver;

    private PollSource(
            Connector connector, Function<@Nullable String, URI> address, @Nullable String cursor, Duration every) {
        this.connector = connector;
        this.address = address;
        this.cursor = cursor;
        this.every = every;
    }

    /**
     * Requests the first page.
     *
     * @param address returns the URI of the page after a cursor; null for the first page
     * @param every   the pause after a page that contained all available events
     */
    public static Source open(
            Connector connector, Function<@Nullable String, URI> address, @Nullable String cursor, Duration every)
            throws IOException, InterruptedException, HttpStatusException, NotAHubException, MalformedException {
        var source = new PollSource(connector, address, cursor, every);
        source.poll();
        return source;
    }

    @Override
    public Arrival next()
            throws IOException, InterruptedException, HttpStatusException, NotAHubException, MalformedException {
        while (true) {
            var arrival = pending.poll();
            if (arrival != null) return arrival;
            if (isOver) return new Arrival.Over();
            if (isPauseDue && !every.isZero()) connector.monitor().pause(every);
            poll();
        }
    }

    private void poll()
            throws IOException, InterruptedException, HttpStatusException, NotAHubException, MalformedException {
        try (var answer = connector.get(HttpRequest.newBuilder(address.apply(cursor)), "application/json")) {
            int bytesMax = Math.multiplyExact(PAGE_MESSAGES, connector.messageBytesMax());
            page(Wire.parse(answer.body().readAll(bytesMax, connector.answerMax())));
        } catch (TooLongException | JsonException reason) {
            throw new MalformedException("the hub sent an invalid page: " + reason.getMessage(), reason);
        }
    }

    private void page(Json page) throws JsonException, MalformedException, HttpStatusException {
        var members = page.members();
        var gap = members.get("gap");
        if (gap != null) add(Wire.control("gap", gap)); // The gap precedes the events of this page.
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

    /** Nothing to do between requests; a request in progress ends when {@code monitor} is closed. */
    @Override
    public void close() {}
}
