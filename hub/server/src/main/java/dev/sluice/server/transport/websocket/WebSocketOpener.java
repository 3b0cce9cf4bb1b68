package dev.sluice.server.transport.websocket;

import dev.sluice.core.delivery.stream.Sink;
import dev.sluice.core.delivery.stream.StreamListener;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.head.HeaderNames;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.head.RequestHead;
import dev.sluice.server.net.outlet.Outlet;
import java.util.Arrays;
import java.util.function.Function;

/// Opens a WebSocket with a subprotocol (RFC 6455 §1.9), without compression: most messages are small, and begin
/// with a prefix that differs for each reader.
public final class WebSocketOpener {
    private final Exchange exchange;
    private final String protocol;
    private final MessageLimits limits;
    private final Handshake handshake;

    private WebSocketOpener(Exchange exchange, String protocol, MessageLimits limits, Handshake handshake) {
        this.exchange = exchange;
        this.protocol = protocol;
        this.limits = limits;
        this.handshake = handshake;
    }

    /// @throws dev.sluice.server.http.head.ProblemException if the request is not a valid handshake, or not for
    ///     this protocol
    public static WebSocketOpener of(Exchange exchange, String protocol, MessageLimits limits) {
        Handshake offered = Handshake.of(exchange.request());
        require(exchange.request(), protocol);
        return new WebSocketOpener(exchange, protocol, limits, new Handshake(offered.accept(), null));
    }

    /// Refuses a client within the protocol, or with the status if the request is not a valid handshake for it.
    ///
    /// @param frames report the problem; a close frame is the last
    public static void refuse(Exchange exchange, String protocol, Problem problem, byte[] frames) {
        Handshake handshake;
        try {
            handshake = Handshake.of(exchange.request());
        } catch (ProblemException invalid) {
            exchange.refuse(invalid.problem());
            return;
        }
        if (!offers(exchange.request(), protocol)) {
            exchange.refuse(problem);
            return;
        }
        Handshake plain = new Handshake(handshake.accept(), null);
        ServerResponse answer = plain.answer().with(HeaderNames.SEC_WEBSOCKET_PROTOCOL, protocol);
        ClosedWebSocket.open(exchange, answer.refusing(problem), frames);
    }

    /// @throws dev.sluice.server.http.head.ProblemException if the client does not offer this protocol
    static void require(RequestHead request, String protocol) {
        if (offers(request, protocol)) return;
        throw Problems.BAD_HEADER.refused(
                "Sec-WebSocket-Protocol", "This path requires the WebSocket subprotocol " + protocol + ": offer it.");
    }

    static boolean offers(RequestHead request, String protocol) {
        return request.headers(HeaderNames.SEC_WEBSOCKET_PROTOCOL).stream()
                .flatMap(list -> Arrays.stream(list.split(",", -1)))
                .anyMatch(each -> each.strip().equals(protocol));
    }

    /// Opens the WebSocket.
    ///
    /// @param listener writes to the sink
    /// @param handler  creates the handler of the client's messages
    public Sink open(StreamListener listener, Function<? super Outlet, ? extends FrameHandler> handler) {
        return exchange.upgrade(
                handshake.answer().with(HeaderNames.SEC_WEBSOCKET_PROTOCOL, protocol),
                outlet -> new WebSocketConnection(outlet, listener, limits, false, handler.apply(outlet)));
    }
}
