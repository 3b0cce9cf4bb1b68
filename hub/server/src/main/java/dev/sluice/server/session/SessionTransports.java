package dev.sluice.server.session;

import dev.sluice.server.subscribe.Envelopes;
import dev.sluice.server.subscribe.ParameterGroup;
import dev.sluice.server.subscribe.TransportSpec;
import java.util.Set;

/// A session and its subscriptions, described as transports. A client opens a session at a separate path.
final class SessionTransports {
    /// A subscription in a session: the message names the channels, and the session has the client's name.
    static final TransportSpec SUBSCRIPTION = new TransportSpec(
            "a session",
            new TransportSpec.Choice.None(),
            true,
            Envelopes.JSON,
            Set.of(
                    ParameterGroup.START,
                    ParameterGroup.FILTER,
                    ParameterGroup.LAG,
                    ParameterGroup.GAP,
                    ParameterGroup.PRESENCE,
                    ParameterGroup.JOIN));

    static final TransportSpec OVER_WEBSOCKET = new TransportSpec(
            "WebSocket",
            new TransportSpec.Choice.Upgrade("websocket"),
            true,
            Envelopes.JSON,
            Set.of(ParameterGroup.TRANSPORT, ParameterGroup.CLIENT, ParameterGroup.HEARTBEAT, ParameterGroup.ERRORS));

    static final TransportSpec OVER_SSE = new TransportSpec(
            "Server-Sent Events",
            new TransportSpec.Choice.Type("text/event-stream", "sse"),
            true,
            Envelopes.JSON,
            Set.of(ParameterGroup.TRANSPORT, ParameterGroup.CLIENT, ParameterGroup.HEARTBEAT, ParameterGroup.PADDING));

    /// The parameters of both.
    static final TransportSpec OVER_EITHER = new TransportSpec(
            "a session",
            new TransportSpec.Choice.None(),
            true,
            Envelopes.JSON,
            ParameterGroup.plus(OVER_WEBSOCKET.parameters(), ParameterGroup.PADDING));

    private SessionTransports() {}
}
