package dev.sluice.server.connections;

import dev.sluice.core.delivery.Hub;
import dev.sluice.core.delivery.StreamOperator;
import dev.sluice.core.delivery.operator.ClosedStreamStatus;
import dev.sluice.core.delivery.operator.StreamFilter;
import dev.sluice.core.delivery.operator.StreamQuery;
import dev.sluice.core.delivery.operator.StreamQuery.Order;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.head.ChannelNames;
import dev.sluice.server.http.head.Parameters;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.head.Status;
import dev.sluice.server.json.Json;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// `/connections`: lists open streams and those that ended last, and lets operators end streams.
/// `docs/protocol.md` §5.
public final class ConnectionRoutes {
    private static final int LIMIT_DEFAULT = 50;
    private static final int LIMIT_MAX = 1_000;
    private static final int ENDED_DEFAULT = 20;
    private static final int ENDED_MAX = 500;

    private static final Set<String> FILTER = Set.of("transport", "sub", "address", "channel");
    private static final Map<String, Order> ORDERS =
            Map.of("behind", Order.LAG, "oldest", Order.OLDEST, "newest", Order.NEWEST, "bytes", Order.BYTES);

    private final Hub hub;
    private final StreamOperator streams;
    private final StreamSearches searches;

    public ConnectionRoutes(Hub hub, StreamSearches searches) {
        this.hub = hub;
        this.searches = searches;
        this.streams = hub.operator();
    }

    /// `GET /connections`
    public void list(Exchange exchange) {
        exchange.requireAdmin();
        Parameters query = exchange.request().parameters();
        var known = new HashSet<>(FILTER);
        known.addAll(Set.of("order", "after", "limit", "ended"));
        query.allow(known);
        StreamFilter filter = filter(query);
        Order order = query.choice("order", ORDERS).orElse(Order.LAG);
        int limit = query.integer("limit", 1, LIMIT_MAX).orElse(LIMIT_DEFAULT);
        int ended = query.integer("ended", 0, ENDED_MAX).orElse(ENDED_DEFAULT);
        StreamQuery wanted = new StreamQuery(filter, order, after(query, order), limit);
        List<ClosedStreamStatus> past = streams.past(exchange.grant(), filter, ended);
        searches.answer(exchange, () -> streams.find(exchange.grant(), wanted), page -> {
            boolean hasNext =
                    order == Order.OLDEST && page.matched() > page.streams().size();
            long next = hasNext ? page.streams().getLast().id() : 0;
            byte[] body = ConnectionJson.page(page, next, past, hub.metrics().streams());
            exchange.answer(ServerResponse.json(Status.OK, body).compressible());
        });
    }

    private static long after(Parameters query, Order order) {
        if (!query.has("after")) return 0;
        if (order != Order.OLDEST)
            throw query.wrong("after", "for 'order=oldest', the only order in which pages stay in place");
        return id(query.text("after").orElseThrow(), "after");
    }

    /// `DELETE /connections/{id}`
    public void endOne(Exchange exchange) {
        exchange.requireAdmin();
        exchange.request().parameters().allow(Set.of());
        long id = id(exchange.request().path().after(1), "path");
        StreamFilter one = new StreamFilter(id, null, null, null, null);
        searches.answer(exchange, () -> streams.end(exchange.grant(), one), count -> {
            if (count == 0)
                exchange.refuse(Problems.NOT_FOUND.of("path", "This connection does not exist, or has ended."));
            else exchange.answer(ServerResponse.empty(Status.NO_CONTENT));
        });
    }

    /// `DELETE /connections?sub=NAME`
    public void endAll(Exchange exchange) {
        exchange.requireAdmin();
        Parameters query = exchange.request().parameters();
        query.allow(FILTER);
        if (FILTER.stream().noneMatch(query::has))
            throw Problems.BAD_PARAMETER.refused(
                    "sub", "Which connections? Name them by 'sub', 'address', 'transport' or 'channel'.");
        StreamFilter filter = filter(query);
        searches.answer(exchange, () -> streams.end(exchange.grant(), filter), count -> {
            byte[] body = Json.bytes(json -> {
                json.writeStartObject();
                json.writeNumberProperty("ended", count);
                json.writeEndObject();
            });
            exchange.answer(ServerResponse.json(Status.OK, body));
        });
    }

    private static StreamFilter filter(Parameters query) {
        return new StreamFilter(
                null,
                query.text("transport").orElse(null),
                query.text("sub").orElse(null),
                query.text("address").orElse(null),
                query.text("channel")
                        .map(name -> ChannelNames.of(name, "channel"))
                        .orElse(null));
    }

    private static long id(String text, String field) {
        if (text.matches("[0-9]{1,18}")) return Long.parseLong(text);
        throw Problems.BAD_PARAMETER.refused(field, "An id of a connection is a number, as in GET /connections.");
    }
}
