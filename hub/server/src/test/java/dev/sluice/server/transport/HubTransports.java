package dev.sluice.server.transport;

import dev.sluice.core.access.Grant;
import dev.sluice.core.delivery.Dispatcher;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.http.head.RequestHead;
import dev.sluice.server.page.ChannelPage;
import dev.sluice.server.presence.PresenceParameters;
import dev.sluice.server.presence.PresenceParametersFixture;
import dev.sluice.server.subscribe.ParameterList;
import dev.sluice.server.subscribe.SubscribeParameter;
import dev.sluice.server.subscribe.SubscribeParser;
import dev.sluice.server.subscribe.SubscribeRequest;
import dev.sluice.server.subscribe.SubscribeSettings;
import dev.sluice.server.subscribe.TransportSpec;
import dev.sluice.server.transport.poll.PollTransport;
import dev.sluice.server.transport.sse.SseTransport;
import dev.sluice.server.transport.stream.JsonLinesTransport;
import dev.sluice.server.transport.stream.TextTransport;
import dev.sluice.server.transport.websocket.WebSocketTransport;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executor;

/// The transports of a hub for tests without connections: requests are negotiated and parsed, but not answered.
public final class HubTransports {
    public static final Instant NOW = Instant.parse("2026-11-20T08:00:00Z");

    public static final Negotiation NEGOTIATION = new Negotiation(List.of(
            of(SseTransport.SPEC),
            of(JsonLinesTransport.SPEC),
            of(ChannelPage.SPEC),
            new PollTransport(HubTransports::noLoop, 0, new InFlightBytes(1, "none"), () -> 0),
            of(TextTransport.SPEC),
            of(WebSocketTransport.SPEC)));

    private static final PresenceParameters PRESENCE = PresenceParametersFixture.ofNobody();

    /// The parameters of a hub.
    public static final List<SubscribeParameter<?>> PARAMETERS =
            ParameterList.of(SubscribeSettings.DEFAULTS, InstantSource.fixed(NOW), NEGOTIATION.words());

    private static final SubscribeParser PARSER = new SubscribeParser(PARAMETERS, SubscribeSettings.DEFAULTS, PRESENCE);

    private HubTransports() {}

    /// The parsed parameters of a request.
    public static TransportSpec chosenBy(RequestHead request) {
        return NEGOTIATION.of(request).spec(request.parameters());
    }

    /// Parses a request of the transport that it asks for.
    public static SubscribeRequest parse(RequestHead request) {
        return Subscribe.parse(request, chosenBy(request), PARSER, Grant.EVERYTHING);
    }

    private static Dispatcher noLoop(Executor loop) {
        throw new AssertionError("not answered");
    }

    private static Transport of(TransportSpec spec) {
        return new Transport() {
            @Override
            public TransportSpec spec() {
                return spec;
            }

            @Override
            public void open(Exchange exchange, SubscribeRequest request) {
                throw new AssertionError("not answered");
            }
        };
    }
}
