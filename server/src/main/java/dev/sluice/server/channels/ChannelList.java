package dev.sluice.server.channels;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.InvalidName;
import dev.sluice.core.log.ChannelState;
import dev.sluice.core.log.Log;
import dev.sluice.server.http.Answer;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Parameters;
import dev.sluice.server.http.Problems;
import dev.sluice.server.http.Request;
import dev.sluice.server.http.Route;
import dev.sluice.server.json.Json;
import dev.sluice.server.json.Timestamp;
import dev.sluice.server.transport.Negotiation;
import dev.sluice.server.transport.Transport;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// `GET /channels` without `name=`: the channels there are, a page at a time, in the order of their names.
/// With `name=`, or as a stream, the same path subscribes. `docs/protocol.md` §5.
public final class ChannelList implements Route {
    private static final int LIMIT_DEFAULT = 100;
    private static final int LIMIT_MAX = 1000;

    private final Log log;
    private final Route subscribe;

    /// @param subscribe answers what is no question for the list
    public ChannelList(Log log, Route subscribe) {
        this.log = log;
        this.subscribe = subscribe;
    }

    @Override
    public void handle(Exchange exchange) {
        boolean list = isList(exchange.request());
        if (!list && exchange.request().method().equals(HttpMethod.HEAD)) {
            throw Problems.BAD_REQUEST.refused(
                    "name", "HEAD tells of one channel, named in the path: /channels/NAME. To subscribe, use GET.");
        }
        if (list) exchange.answer(Answer.json(HttpResponseStatus.OK, list(exchange.request())));
        else subscribe.handle(exchange);
    }

    private static boolean isList(Request request) {
        return !request.parameters().has("name")
                && Set.of(Transport.POLL, Transport.PAGE).contains(Negotiation.of(request));
    }

    private byte[] list(Request request) {
        Parameters query = request.parameters();
        query.allow(Set.of("as", "limit", "after"));
        int limit = query.integer("limit", 1, LIMIT_MAX).orElse(LIMIT_DEFAULT);
        List<ChannelState> found = log.channels(after(query), limit + 1); // One more tells whether there are more.
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
        String after = query.text("after").orElse(null);
        if (after == null) return null;
        try {
            return new ChannelName(after);
        } catch (InvalidName invalid) {
            throw Problems.BAD_NAME.refused("after", "The channel " + invalid.getMessage() + ".");
        }
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
