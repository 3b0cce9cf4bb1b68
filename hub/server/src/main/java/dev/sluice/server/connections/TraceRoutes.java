package dev.sluice.server.connections;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.Hub;
import dev.sluice.core.delivery.Tracer;
import dev.sluice.core.delivery.operator.Trace;
import dev.sluice.core.delivery.operator.TraceSubject;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.head.ChannelNames;
import dev.sluice.server.http.head.Parameters;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.head.Status;
import java.util.List;
import java.util.Set;

/// `/traces` and `/deliveries/{name}`: what happens to events and to clients, for an operator. `docs/protocol.md`
/// §5.
public final class TraceRoutes {
    private static final int SECONDS_DEFAULT = 60;
    private static final int SECONDS_MAX = 600;
    private static final Set<String> SUBJECTS = Set.of("channel", "sub", "address");

    private final Tracer tracer;
    private final StreamSearches searches;

    /// @param searches shared with `/connections`
    public TraceRoutes(Hub hub, StreamSearches searches) {
        this.tracer = hub.tracer();
        this.searches = searches;
    }

    /// `POST /traces?channel=NAME`
    public void begin(Exchange exchange) {
        exchange.requireAdmin();
        Parameters query = exchange.request().parameters();
        query.allow(Set.of("channel", "sub", "address", "seconds"));
        int seconds = query.integer("seconds", 1, SECONDS_MAX).orElse(SECONDS_DEFAULT);
        Trace trace = tracer.begin(exchange.grant(), subject(query), seconds * 1_000L)
                .orElseThrow(() -> Problems.FULL.refused(
                        "The maximum number of traces is running. End one of them, or wait until one ends by itself."));
        exchange.answer(
                ServerResponse.json(Status.CREATED, TraceJson.whole(trace)).with("Location", "/traces/" + trace.id()));
    }

    private static TraceSubject subject(Parameters query) {
        List<String> given = SUBJECTS.stream().filter(query::has).toList();
        if (given.size() != 1)
            throw Problems.BAD_PARAMETER.refused(
                    "channel", "Trace one thing: a 'channel', the caller 'sub', or anonymous callers at an 'address'.");
        String value = query.text(given.getFirst()).orElseThrow();
        return switch (given.getFirst()) {
            case "channel" -> new TraceSubject.OfChannel(ChannelNames.of(value, "channel"));
            case "sub" -> new TraceSubject.OfIdentity(value);
            default -> new TraceSubject.OfAddress(value);
        };
    }

    /// `GET /traces`
    public void list(Exchange exchange) {
        exchange.requireAdmin();
        exchange.request().parameters().allow(Set.of());
        exchange.answer(ServerResponse.json(Status.OK, TraceJson.list(tracer.all(exchange.grant())))
                .compressible());
    }

    /// `GET /traces/{id}`
    public void show(Exchange exchange) {
        exchange.requireAdmin();
        exchange.request().parameters().allow(Set.of());
        String id = exchange.request().path().after(1);
        Trace trace = tracer.all(exchange.grant()).stream()
                .filter(each -> Long.toString(each.id()).equals(id))
                .findFirst()
                .orElseThrow(TraceRoutes::gone);
        exchange.answer(ServerResponse.json(Status.OK, TraceJson.whole(trace)).compressible());
    }

    /// `DELETE /traces/{id}`
    public void end(Exchange exchange) {
        exchange.requireAdmin();
        exchange.request().parameters().allow(Set.of());
        String id = exchange.request().path().after(1);
        long number = id.matches("[0-9]{1,18}") ? Long.parseLong(id) : 0; // No trace has this id.
        if (!tracer.end(exchange.grant(), number)) throw gone();
        exchange.answer(ServerResponse.empty(Status.NO_CONTENT));
    }

    private static ProblemException gone() {
        return Problems.NOT_FOUND.refused("path", "There is no such trace, or it ended more than ten minutes ago.");
    }

    /// `GET /deliveries/{name}?id=`
    public void delivery(Exchange exchange) {
        exchange.requireAdmin();
        Parameters query = exchange.request().parameters();
        query.allow(Set.of("id"));
        ChannelName channel = ChannelNames.of(exchange.request().path().after(1), "path");
        Cursor place =
                Cursor.parse(query.text("id").orElse("")).orElseThrow(() -> query.wrong("id", "that of an event"));
        searches.answer(
                exchange,
                () -> tracer.delivery(exchange.grant(), channel, place),
                status -> exchange.answer(ServerResponse.json(Status.OK, TraceJson.delivery(status))));
    }
}
