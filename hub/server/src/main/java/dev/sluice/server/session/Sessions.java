package dev.sluice.server.session;

import dev.sluice.core.access.Grant;
import dev.sluice.core.access.Principal;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.delivery.Session;
import dev.sluice.core.peers.Peers;
import dev.sluice.core.peers.Peers.Delivery;
import dev.sluice.core.peers.SessionMessages;
import dev.sluice.core.presence.Members;
import dev.sluice.server.http.AccessFilter;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.head.Method;
import dev.sluice.server.http.head.Parameters;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.head.RequestHead;
import dev.sluice.server.http.head.Status;
import dev.sluice.server.limit.ClientKey;
import dev.sluice.server.net.outlet.Outlet;
import dev.sluice.server.publish.BodyCollector;
import dev.sluice.server.publish.ClientMessages;
import dev.sluice.server.subscribe.SubscribeParser;
import dev.sluice.server.subscribe.SubscribeRequest;
import dev.sluice.server.subscribe.SubscribeRequest.Errors;
import dev.sluice.server.transport.DispatcherLookup;
import dev.sluice.server.transport.HttpStream;
import dev.sluice.server.transport.Negotiation;
import dev.sluice.server.transport.SubscriptionAdmission;
import dev.sluice.server.transport.websocket.MessageLimits;
import dev.sluice.server.transport.websocket.WebSocketOpener;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// `GET /session` and `POST /session/{id}`. `docs/protocol.md` §4.
public final class Sessions implements Route {
    private static final String PROTOCOL = "sluice.v1.json";
    private static final String EVENT_STREAM = "text/event-stream";

    private final DispatcherLookup loops;
    private final AccessFilter access;
    private final ClientMessages messages;
    private final MessageLimits limits;
    private final Negotiation negotiation;
    private final SubscriptionAdmission admission;
    private final Peers peers;

    /// Sessions over Server-Sent Events by their id, for the requests that carry their messages.
    private final Map<String, SessionProtocol> protocols = new ConcurrentHashMap<>();

    /// @param access   decides what the tokens in messages permit
    /// @param messages publishes the clients' messages
    /// @param peers    the other nodes, which have further sessions
    public Sessions(
            DispatcherLookup loops,
            AccessFilter access,
            ClientMessages messages,
            MessageLimits limits,
            Negotiation negotiation,
            SubscriptionAdmission admission,
            Peers peers) {
        this.loops = loops;
        this.access = access;
        this.messages = messages;
        this.limits = limits;
        this.negotiation = negotiation;
        this.admission = admission;
        this.peers = peers;
        peers.receive(this::take);
    }

    ClientMessages messages() {
        return messages;
    }

    /// The budget of publishes.
    InFlightBytes inFlight() {
        return limits.inFlight();
    }

    /// The budget for answers that clients have not read.
    InFlightBytes unread() {
        return admission.parser().presence().unread();
    }

    int messageBytesMax() {
        return limits.bytesMax();
    }

    int subscriptionsMax() {
        return admission.parser().settings().sessionSubscriptionsMax();
    }

    /// How much older a session without members may become than one with members.
    long furtherAgeMs(boolean hasMembers) {
        return admission.parser().settings().ageMaxMs(hasMembers)
                - admission.parser().settings().ageMaxMs(true);
    }

    int patternsMax() {
        return admission.parser().settings().sessionPatternsMax();
    }

    /// The names of a subscription's parameters.
    Set<String> parameters() {
        return admission.parser().names(SessionTransports.SUBSCRIPTION);
    }

    /// @param client the identity of the session's client; null if it has none
    /// @throws dev.sluice.server.http.head.ProblemException with a detail for the author of the client, or if the
    ///     hub is full
    SubscribeRequest subscription(Grant grant, List<String> channels, Parameters parameters, @Nullable String client) {
        Selection selection = SubscribeParser.channels(channels, "name");
        SubscribeRequest request =
                admission.parser().parse(selection, parameters, SessionTransports.SUBSCRIPTION, null, client, grant);
        admission.require(request, grant);
        return request;
    }

    /// The members of a channel.
    ///
    /// @throws dev.sluice.server.http.head.ProblemException if the channel can't have members
    CompletionStage<Members> members(Grant grant, String channel) {
        return admission.parser().presence().members(grant, channel);
    }

    /// The identity of a client that showed its credential after the request.
    ///
    /// @param claimed its name according to the request; null if it gave none
    @Nullable
    String client(@Nullable String claimed, Principal principal) {
        return admission.parser().presence().client(claimed, principal);
    }

    void remove(String session) {
        protocols.remove(session);
    }

    @Override
    public void handle(Exchange exchange) {
        try {
            open(exchange);
        } catch (ProblemException refused) {
            refuse(exchange, refused.problem());
        }
    }

    /// Browsers hide the status of a refused handshake. With `errors=event` the WebSocket opens, reports
    /// the problem and closes.
    @Override
    public void refuse(Exchange exchange, Problem problem) {
        RequestHead request = exchange.request();
        boolean isEvent = Negotiation.isWebSocket(request) && Errors.of(request.parameters()) == Errors.EVENT;
        if (isEvent)
            WebSocketOpener.refuse(exchange, PROTOCOL, problem, new SessionCodec.OverWebSocket().refusal(problem));
        else exchange.refuse(problem);
    }

    private void open(Exchange exchange) {
        admission.drain().require();
        RequestHead request = exchange.request();
        SessionRequest sessionRequest =
                SessionRequest.of(request, exchange.grant().principal(), admission, peers);
        if (Negotiation.isWebSocket(request)) overWebSocket(exchange, sessionRequest);
        else if (isSse(request)) {
            if (request.method().equals(Method.HEAD)) exchange.answer(HttpStream.head(EVENT_STREAM));
            else overSse(exchange, sessionRequest);
        } else {
            throw Problems.NOT_ACCEPTABLE.refused(
                    "Accept", "A session needs a WebSocket, or text/event-stream together with POST /session/{id}.");
        }
    }

    private boolean isSse(RequestHead request) {
        return EVENT_STREAM.equals(negotiation.of(request).spec().mediaType());
    }

    private void overWebSocket(Exchange exchange, SessionRequest sessionRequest) {
        Grant grant = exchange.grant();
        SessionProtocol protocol = new SessionProtocol(
                this,
                sessionRequest,
                caller(exchange, sessionRequest),
                tokens(exchange),
                new SessionCodec.OverWebSocket());
        WebSocketOpener opener = WebSocketOpener.of(exchange, PROTOCOL, limits);
        protocol.begin(
                loops.of(exchange.loop()),
                grant,
                listener -> opener.open(listener, outlet -> protocol.on(outlet)),
                Session.AGELESS); // No age limit, because its client answers pings.
    }

    private SessionCaller caller(Exchange exchange, SessionRequest request) {
        return new SessionCaller(this, exchange.grant(), request);
    }

    private SessionTokens tokens(Exchange exchange) {
        return new SessionTokens(access.tokens(exchange));
    }

    private void overSse(Exchange exchange, SessionRequest sessionRequest) {
        SessionCodec.OverSse codec = new SessionCodec.OverSse(exchange.framing());
        Grant grant = exchange.grant();
        SessionProtocol protocol =
                new SessionProtocol(this, sessionRequest, caller(exchange, sessionRequest), tokens(exchange), codec);
        protocol.begin(
                loops.of(exchange.loop()),
                grant,
                listener -> {
                    Outlet outlet = exchange.stream(HttpStream.head(EVENT_STREAM), listener);
                    protocol.on(outlet);
                    return outlet;
                },
                admission.parser().settings().ageMaxMs(true));
        protocols.put(sessionRequest.session(), protocol);
        int paddingBytes = sessionRequest.options().paddingBytes();
        if (paddingBytes > 0) protocol.enqueue(codec.framing().piece(":" + " ".repeat(paddingBytes - 1) + "\n\n"));
        protocol.welcome();
    }

    /// Receives the messages of a client whose session uses Server-Sent Events.
    public void post(Exchange exchange) {
        RequestHead request = exchange.request();
        request.parameters().allow(Set.of());
        String session = request.path().after(1);
        Principal caller = exchange.grant().principal();
        String node = SessionIds.node(session, peers);
        if (!node.isEmpty()) {
            forward(exchange, node, session, caller);
            return;
        }
        SessionProtocol protocol = protocol(session, caller);
        if (protocol == null) throw new ProblemException(gone());
        BodyCollector.collect(exchange, limits.bytesMax(), limits.inFlight(), (body, budget) -> {
            budget.giveBackAll(); // The session counts it from here on.
            protocol.posted(body)
                    .whenComplete((taken, failure) -> exchange.run(() -> {
                        if (failure == null) answer(exchange, taken ? Delivery.TAKEN : Delivery.GONE);
                        else exchange.refuse(((ProblemException) failure).problem());
                    }));
        });
    }

    /// @return null if the session does not exist or belongs to another caller, to whom its id must be useless
    private @Nullable SessionProtocol protocol(String session, Principal caller) {
        SessionProtocol protocol = protocols.get(session);
        return protocol != null && protocol.caller().maySend(caller) ? protocol : null;
    }

    /// Forwards a request to the node that has the session.
    private void forward(Exchange exchange, String node, String session, Principal caller) {
        String client = admission
                .readers()
                .caller(exchange.grant())
                .map(ClientKey::toString)
                .orElse(null);
        BodyCollector.collect(
                exchange,
                limits.bytesMax(),
                limits.inFlight(),
                (body, budget) -> peers.send(node, new SessionMessages(session, caller, client, body))
                        .thenAccept(delivery -> {
                            budget.giveBackAll(); // Even if the client has disconnected.
                            exchange.run(() -> answer(exchange, delivery));
                        }));
    }

    /// Takes messages that another node has forwarded.
    private CompletionStage<Boolean> take(SessionMessages messages) {
        SessionProtocol protocol = protocol(messages.session(), messages.caller());
        if (protocol == null) return CompletableFuture.completedStage(false);
        return protocol.posted(messages.body());
    }

    private static void answer(Exchange exchange, Delivery delivery) {
        switch (delivery) {
            case TAKEN -> exchange.answer(ServerResponse.empty(Status.NO_CONTENT));
            case GONE -> exchange.refuse(gone());
            case UNKNOWN ->
                exchange.refuse(Problems.NOT_READY.of(
                        "path",
                        "The node that has this session does not answer, and may have taken the messages: open a new"
                                + " session, and publish again with the same keys."));
        }
    }

    private static Problem gone() {
        return Problems.NOT_FOUND.of(
                "path", "This session does not exist or is over: open a new one with GET /session.");
    }
}
