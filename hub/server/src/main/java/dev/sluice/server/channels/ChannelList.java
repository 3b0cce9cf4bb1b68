package dev.sluice.server.channels;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.delivery.Hub;
import dev.sluice.core.log.ChannelState;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.head.ChannelNames;
import dev.sluice.server.http.head.Method;
import dev.sluice.server.http.head.Parameters;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.head.RequestHead;
import dev.sluice.server.http.head.Status;
import dev.sluice.server.json.Json;
import dev.sluice.server.json.Timestamp;
import dev.sluice.server.transport.Negotiation;
import dev.sluice.server.transport.Transport;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// `GET /channels` without `name=`: lists the channels in the order of their names, page by page.
/// With `name=`, or as a stream, the same path subscribes. `docs/protocol.md` §5.
public final class ChannelList implements Route {
    private static final int LIMIT_DEFAULT = 100;
    private static final int LIMIT_MAX = 1000;

    private final Hub hub;
    private final Negotiation negotiation;
    private final Route subscribe;
    private final Route page;

    /// @param subscribe answers requests that subscribe
    /// @param page      answers browsers that ask for the list
    public ChannelList(Hub hub, Negotiation negotiation, Route subscribe, Route page) {
        this.page = page;
        this.hub = hub;
        this.negotiation = negotiation;
        this.subscribe = subscribe;
    }

    @Override
    public void handle(Exchange exchange) {
        boolean list = isList(exchange.request());
        if (!list && exchange.request().method().equals(Method.HEAD)) {
            throw Problems.BAD_REQUEST.refused(
                    "name", "HEAD is for one channel, named in the path: /channels/NAME. To subscribe, use GET.");
        }
        if (list && isPage(exchange.request())) page.handle(exchange);
        else if (list) list(exchange);
        else subscribe.handle(exchange);
    }

    @Override
    public void refuse(Exchange exchange, Problem problem) {
        if (isList(exchange.request())) exchange.refuse(problem);
        else subscribe.refuse(exchange, problem);
    }

    private boolean isList(RequestHead request) {
        Transport transport = negotiation.of(request);
        return !request.parameters().has("name")
                && !transport.spec(request.parameters()).isLive();
    }

    private boolean isPage(RequestHead request) {
        return "text/html".equals(negotiation.of(request).spec().mediaType());
    }

    private void list(Exchange exchange) {
        Parameters query = exchange.request().parameters();
        query.allow(Set.of("as", "limit", "after"));
        int limit = query.integer("limit", 1, LIMIT_MAX).orElse(LIMIT_DEFAULT);
        // One more than the limit shows whether there is a next page.
        ChannelSearch.begin(
                exchange,
                hub,
                after(query),
                limit + 1,
                found -> exchange.answer(
                        ServerResponse.json(Status.OK, page(found, limit)).compressible()));
    }

    private static byte[] page(List<ChannelState> found, int limit) {
        List<ChannelState> page = found.subList(0, Math.min(limit, found.size()));
        return Json.bytes(json -> {
            json.writeStartObject();
            json.writeArrayPropertyStart("channels");
            for (ChannelState channel : page) write(json, channel);
            json.writeEndArray();
            if (found.size() > limit) {
                json.writeStringProperty("next", page.getLast().name().value());
            }
            json.writeEndObject();
        });
    }

    private static @Nullable ChannelName after(Parameters query) {
        return query.text("after").map(name -> ChannelNames.of(name, "after")).orElse(null);
    }

    private static void write(JsonGenerator json, ChannelState channel) {
        json.writeStartObject();
        json.writeStringProperty("name", channel.name().value());
        json.writeNumberProperty("events", channel.events());
        json.writeNumberProperty("bytes", channel.bytes());
        if (channel.latest() != null) {
            json.writeStringProperty("latest", channel.latest().text());
        }
        if (channel.earliest() != null) {
            json.writeStringProperty("earliest", channel.earliest().text());
        }
        if (channel.timeMs() > 0) {
            json.writeStringProperty("time", Timestamp.of(channel.timeMs()));
        }
        json.writeBooleanProperty("closed", channel.end() != null);
        json.writeEndObject();
    }
}
