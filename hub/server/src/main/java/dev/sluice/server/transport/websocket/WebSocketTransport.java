package dev.sluice.server.transport.websocket;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.Dispatcher;
import dev.sluice.core.delivery.SubscribeListener;
import dev.sluice.core.delivery.Subscriber;
import dev.sluice.core.delivery.stream.Rejection;
import dev.sluice.core.encoding.ByteBuilder;
import dev.sluice.core.log.Gap;
import dev.sluice.core.presence.Membership;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.head.HeaderNames;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.presence.Join;
import dev.sluice.server.publish.ClientMessages;
import dev.sluice.server.subscribe.Envelope;
import dev.sluice.server.subscribe.Envelopes;
import dev.sluice.server.subscribe.ParameterGroup;
import dev.sluice.server.subscribe.SubscribeRequest;
import dev.sluice.server.subscribe.SubscribeRequest.Errors;
import dev.sluice.server.subscribe.TransportSpec;
import dev.sluice.server.transport.DispatcherLookup;
import dev.sluice.server.transport.HttpStream;
import dev.sluice.server.transport.Rejections;
import dev.sluice.server.transport.Transport;
import org.jspecify.annotations.Nullable;

/// Answers a request with a WebSocket, or with a refusal that a browser's page can read.
public final class WebSocketTransport implements Transport {
    /// A raw frame is data without its channel's name: with several channels it would be ambiguous.
    public static final TransportSpec SPEC = new TransportSpec(
            "WebSocket",
            new TransportSpec.Choice.Upgrade("websocket"),
            true,
            new Envelopes(Envelope.JSON, Envelope.JSON, false, true, false),
            ParameterGroup.plus(ParameterGroup.STREAM, ParameterGroup.ERRORS));

    /// The subprotocol of a WebSocket on channels. Optional: a browser that offers its token as a subprotocol
    /// must also offer one with which the hub can answer.
    private static final String PROTOCOL = "sluice.events";

    private final DispatcherLookup loops;
    private final ClientMessages messages;
    private final MessageLimits limits;

    /// @param messages publishes the clients' messages
    public WebSocketTransport(DispatcherLookup loops, ClientMessages messages, MessageLimits limits) {
        this.loops = loops;
        this.messages = messages;
        this.limits = limits;
    }

    @Override
    public TransportSpec spec() {
        return SPEC;
    }

    @Override
    public void open(Exchange exchange, SubscribeRequest request) {
        Handshake handshake = Handshake.of(exchange.request());
        WebSocketWire wire = new WebSocketWire(request.envelope() == Envelope.JSON, handshake.deflates());
        Dispatcher loop = loops.of(exchange.loop());
        Subscriber subscriber = loop.subscribe(
                exchange.grant(),
                request.subscription(),
                wire,
                new UpgradeListener(exchange, request, handshake, wire));
        if (!exchange.isOver()) exchange.abandoned(subscriber::close);
    }

    /// Browsers hide the status of a refused handshake. With `errors=event` the handshake succeeds, and the close
    /// code carries the reason.
    @Override
    public void refuse(Exchange exchange, Problem problem, Errors errors) {
        if (errors != Errors.EVENT) {
            exchange.refuse(problem);
            return;
        }
        Handshake handshake;
        try {
            handshake = Handshake.of(exchange.request());
        } catch (ProblemException invalid) {
            exchange.refuse(invalid.problem());
            return;
        }
        boolean json = !exchange.request().parameters().all("envelope").contains("raw");
        ClosedWebSocket.open(
                exchange,
                answer(exchange, handshake).refusing(problem),
                new WebSocketWire(json, false).refusal(problem));
    }

    private static ServerResponse answer(Exchange exchange, Handshake handshake) {
        ServerResponse answer = handshake.answer();
        return WebSocketOpener.offers(exchange.request(), PROTOCOL)
                ? answer.with(HeaderNames.SEC_WEBSOCKET_PROTOCOL, PROTOCOL)
                : answer;
    }

    private final class UpgradeListener implements SubscribeListener {
        private final Exchange exchange;
        private final SubscribeRequest request;
        private final Handshake handshake;
        private final WebSocketWire wire;

        UpgradeListener(Exchange exchange, SubscribeRequest request, Handshake handshake, WebSocketWire wire) {
            this.exchange = exchange;
            this.request = request;
            this.handshake = handshake;
            this.wire = wire;
        }

        @Override
        public void begins(Subscriber subscriber, Cursor at, @Nullable Gap gap) {
            ServerResponse head = answer(exchange, handshake).with(HttpStream.CURSOR, at.text());
            Membership membership = request.join().begin();
            WebSocketConnection connection = exchange.upgrade(head, outlet -> {
                Join.endWith(outlet, membership);
                PublishInbox inbox = new PublishInbox(
                        outlet,
                        exchange.grant(),
                        subscriber,
                        messages,
                        request.channels().isSingle(),
                        wire.json());
                return new WebSocketConnection(outlet, subscriber, limits, handshake.deflates(), inbox);
            });
            subscriber.start(connection, preamble(at, gap), request.heartbeat().toMillis());
        }

        private byte[] preamble(Cursor at, @Nullable Gap gap) {
            ByteBuilder preamble = new ByteBuilder();
            byte[] gapFrame = gap == null ? null : wire.gap(gap);
            if (gapFrame != null) preamble.write(gapFrame);
            byte[] begin = wire.begin(at);
            if (begin != null) preamble.write(begin);
            return preamble.toByteArray();
        }

        @Override
        public void ended(Cursor at) {
            ClosedWebSocket.open(
                    exchange, answer(exchange, handshake).with(HttpStream.CURSOR, at.text()), WebSocketWire.complete());
        }

        @Override
        public void refused(Rejection refusal) {
            refuse(exchange, Rejections.of(refusal), request.errors());
        }
    }
}
