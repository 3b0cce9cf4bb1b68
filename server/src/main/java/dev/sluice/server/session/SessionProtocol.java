package dev.sluice.server.session;

import dev.sluice.core.access.AccessDenied;
import dev.sluice.core.access.Grant;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.Dispatcher;
import dev.sluice.core.delivery.EndReason;
import dev.sluice.core.delivery.Session;
import dev.sluice.core.delivery.Sink;
import dev.sluice.core.delivery.StreamListener;
import dev.sluice.core.encoding.Bytes;
import dev.sluice.core.log.Lag;
import dev.sluice.core.presence.Members;
import dev.sluice.server.http.Nearest;
import dev.sluice.server.http.Problem;
import dev.sluice.server.http.Problems;
import dev.sluice.server.http.Refused;
import dev.sluice.server.net.Outlet;
import dev.sluice.server.presence.PresenceList;
import dev.sluice.server.publish.ClientMessages.Receipt;
import dev.sluice.server.subscribe.SubscribeRequest;
import dev.sluice.server.transport.websocket.FrameHandler;
import dev.sluice.server.transport.websocket.Frames;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Answers the messages of a session's client. Runs on the connection's event loop. Stops reading while too many
/// publishes are in flight, or too many answers are queued.
final class SessionProtocol implements FrameHandler, Session.Callbacks {
    private static final int UNSUPPORTED = 1003;

    private static final Set<String> OPS =
            Set.of("hello", "refresh", "subscribe", "unsubscribe", "publish", "presence", "ping");

    private static final Problem TOO_MANY_WAITING =
            Problems.FULL.of("Too many messages wait for the token before them. Wait for its answer, then send again.");

    private final Sessions sessions;
    private final SessionRequest sessionRequest;
    private final SessionCaller caller;
    private final SessionTokens tokens;
    private final SessionCodec codec;
    private final ArrayDeque<Runnable> pendingPosts = new ArrayDeque<>();

    @SuppressWarnings("NullAway.Init") // Set by begin, before any message arrives.
    private Session session;

    @SuppressWarnings("NullAway.Init") // Likewise.
    private Outlet outlet;

    private boolean isWelcomed;
    private int inFlight;
    private long inFlightBytes;

    SessionProtocol(
            Sessions sessions,
            SessionRequest sessionRequest,
            SessionCaller caller,
            SessionTokens tokens,
            SessionCodec codec) {
        this.sessions = sessions;
        this.sessionRequest = sessionRequest;
        this.caller = caller;
        this.tokens = tokens;
        this.codec = codec;
    }

    /// @param sink opens the connection, and calls [#on]
    void begin(Dispatcher loop, Grant grant, Function<StreamListener, Sink> sink) {
        session = new Session(
                loop, grant, this, sink, sessionRequest.options().heartbeat().toMillis());
    }

    SessionProtocol on(Outlet outlet) {
        this.outlet = outlet;
        return this;
    }

    void welcome() {
        isWelcomed = true;
        reply(ServerMessage.welcome(
                sessionRequest.session(),
                caller.client(),
                sessionRequest.options().heartbeat().toSeconds(),
                session.grant()));
    }

    // --- incoming messages

    @Override
    public void message(byte[] bytes, boolean isText) {
        if (!isText) {
            close(UNSUPPORTED, "messages must be JSON text");
            return;
        }
        take(bytes);
        updateReadInterest();
    }

    private void take(byte[] bytes) {
        if (session.isOver()) return; // A message before it in the same request ended it.
        if (!tokens.isPending()) handle(bytes);
        else if (!tokens.hold(bytes)) reply(ServerMessage.error(refOf(bytes), TOO_MANY_WAITING));
    }

    private static @Nullable String refOf(byte[] bytes) {
        try {
            return ClientOp.read(bytes).ref();
        } catch (Refused unreadable) {
            return null;
        }
    }

    private void handleWaiting() {
        for (byte[] next = tokens.next(); next != null && !session.isOver(); next = tokens.next()) handle(next);
        updateReadInterest();
    }

    private void handle(byte[] bytes) {
        ClientOp op;
        try {
            op = ClientOp.read(bytes);
        } catch (Refused unreadable) {
            reply(ServerMessage.error(null, unreadable.problem()));
            return;
        }
        answering(op.ref(), () -> handle(op, bytes.length));
    }

    private void handle(ClientOp op, int bytes) {
        String name = op.op();
        if (!isWelcomed && !name.equals("hello"))
            throw ClientOp.bad("op", "The first message of a session must be {\"op\":\"hello\"}.");
        switch (name) {
            case "hello" -> hello(op);
            case "refresh" -> refresh(op);
            case "subscribe" -> subscribe(op);
            case "unsubscribe" -> unsubscribe(op);
            case "publish" -> publish(op, bytes);
            case "presence" -> presence(op);
            case "ping" -> ping(op);
            default ->
                throw ClientOp.bad("op", "There is no op " + Problems.quoted(name) + ". " + Nearest.advice(name, OPS));
        }
    }

    /// Runs a step whose refusal is an answer.
    private void answering(@Nullable String ref, Runnable step) {
        try {
            step.run();
        } catch (Refused refused) {
            reply(ServerMessage.error(ref, refused.problem()));
        } catch (AccessDenied denied) {
            reply(ServerMessage.error(ref, Problems.of(denied)));
        }
    }

    SessionCaller caller() {
        return caller;
    }

    /// Handles messages that were sent in a request. May be called from any thread.
    ///
    /// @param handled called with true once all are handled and there is capacity for more; with false if the
    ///     session is over
    void posted(List<byte[]> messages, Consumer<Boolean> handled) {
        outlet.loop().execute(() -> {
            boolean isOpen = !session.isOver();
            if (isOpen) messages.forEach(this::take);
            pendingPosts.add(() -> handled.accept(isOpen));
            updateReadInterest();
        });
    }

    // --- tokens

    private void hello(ClientOp op) {
        op.allow(Set.of("token"));
        String token = op.token();
        if (token == null) welcome();
        else verify(token, null, this::identify, this::refuseSession);
    }

    private void identify(Grant grant) {
        try {
            caller.identify(session, grant);
        } catch (Refused refused) {
            refuseSession(refused.problem());
            return;
        }
        welcome();
    }

    /// Ends the session: with a bad token it would otherwise go on with less than its client thinks that it
    /// has.
    private void refuseSession(Problem problem) {
        session.end(new EndReason.ByClient(problem.status(), problem.title()), codec.refusal(problem));
        outlet.discardInput();
    }

    private void refresh(ClientOp op) {
        op.allow(Set.of("ref", "token", "subscription"));
        String ref = op.members().containsKey("ref") ? op.requiredRef() : null;
        String subscription = op.members().containsKey("subscription") ? op.name("subscription") : null;
        verify(
                op.requiredToken(),
                ref,
                grant -> {
                    if (subscription == null) caller.refresh(session, grant);
                    else caller.refresh(session, subscription, grant);
                    reply(ServerMessage.refreshed(ref, grant));
                },
                problem -> reply(ServerMessage.error(ref, problem)));
    }

    /// @param ref of the message that has the token
    private void verify(String token, @Nullable String ref, Consumer<Grant> granted, Consumer<Problem> refused) {
        tokens.verify(
                token,
                outlet.loop(),
                grant -> answering(ref, () -> granted.accept(grant)),
                problem -> {
                    if (tokens.isExhausted()) refuseSession(problem);
                    else refused.accept(problem);
                },
                this::handleWaiting);
    }

    // --- subscriptions and publishes

    private void subscribe(ClientOp op) {
        Set<String> members = new HashSet<>(sessions.parameters());
        members.addAll(Set.of("ref", "channels", "token"));
        op.allow(members);
        String ref = op.requiredRef();
        String token = op.token();
        if (token == null) subscribe(op, ref, session.grant(), caller.client());
        else {
            verify(
                    token,
                    ref,
                    grant -> subscribe(op, ref, grant, caller.client(grant)),
                    problem -> reply(ServerMessage.error(ref, problem)));
        }
    }

    private void subscribe(ClientOp op, String ref, Grant grant, @Nullable String as) {
        if (session.has(op.name()))
            throw ClientOp.bad("ref", "Another subscription of this session has this ref: choose another one.");
        if (session.subscriptions() >= sessions.subscriptionsMax()) {
            throw Problems.FULL.refused("A session has at most " + sessions.subscriptionsMax()
                    + " subscriptions: use wildcards, or another session, or raise"
                    + " subscribe.session_subscriptions_max.");
        }
        List<String> channels = op.texts("channels");
        if (channels.isEmpty())
            throw ClientOp.bad("channels", "The member 'channels' is missing: give a list of channel names.");
        SubscribeRequest request = sessions.subscription(grant, channels, op.parameters(sessions.parameters()), as);
        int patterns = request.subscription().selection().weight();
        if (session.patterns() + patterns > sessions.patternsMax()) {
            throw Problems.FULL.refused("A session names at most " + sessions.patternsMax()
                    + " channels and patterns in all its subscriptions: use wildcards, or another session, or raise"
                    + " subscribe.session_patterns_max.");
        }
        var wire = new SubscriptionWire(codec, ref, request);
        session.subscribe(grant, op.name(), request.subscription(), wire, wire);
    }

    private void unsubscribe(ClientOp op) {
        op.allow(Set.of("ref"));
        String ref = op.requiredRef();
        if (!session.unsubscribe(op.name())) reply(ServerMessage.ok(ref));
    }

    private void publish(ClientOp op, int bytes) {
        inFlight++;
        inFlightBytes += bytes;
        sessions.messages()
                .ofSession(session.grant(), op.members(), bytes)
                .thenAccept(receipt -> outlet.loop().execute(() -> {
                    inFlight--;
                    inFlightBytes -= bytes;
                    answer(receipt);
                    updateReadInterest();
                }));
    }

    private void answer(Receipt receipt) {
        if (receipt.problem() != null) reply(ServerMessage.error(receipt.ref(), receipt.problem()));
        else if (receipt.ref() != null) {
            reply(ServerMessage.ok(receipt.ref(), json -> {
                if (receipt.id() != null) json.writeStringProperty("id", receipt.id());
                if (receipt.replay()) json.writeBooleanProperty("replay", true);
            }));
        }
    }

    private void presence(ClientOp op) {
        op.allow(Set.of("ref", "channel"));
        String ref = op.requiredRef();
        CompletionStage<Members> found = sessions.members(session.grant(), op.text("channel"));
        inFlight++;
        found.whenComplete((members, stopping) -> outlet.loop().execute(() -> {
            inFlight--;
            if (stopping == null) reply(ServerMessage.ok(ref, json -> PresenceList.write(json, members)));
            else reply(ServerMessage.error(ref, PresenceList.stopping()));
            updateReadInterest();
        }));
    }

    private void ping(ClientOp op) {
        op.allow(Set.of("ref"));
        reply(ServerMessage.pong(op.members().containsKey("ref") ? op.requiredRef() : null));
    }

    // --- outgoing messages

    private void reply(String json) {
        session.enqueue(codec.message(json));
    }

    @Override
    public void enqueue(byte[] frame) {
        session.enqueue(frame);
        updateReadInterest();
    }

    @Override
    public void close(int code, String reason) {
        session.end(new EndReason.ByClient(code, reason), Frames.close(code, reason));
        outlet.discardInput();
    }

    @Override
    public void stopping() {
        session.end(new EndReason.Stopping(), codec.stopping());
    }

    @Override
    public void updateReadInterest() {
        if (session.isOver()) outlet.setReading(true);
        else if (tokens.isPending()) outlet.setReading(false);
        else sessions.messages().gate().apply(outlet, inFlight + session.queuedFrames(), inFlightBytes);
        while (outlet.isReading() && !pendingPosts.isEmpty())
            pendingPosts.remove().run();
    }

    // --- the session's callbacks

    /// A heartbeat carries a cursor to resume from, so it must not precede `welcome`: a client that has just
    /// reconnected may still hold subscriptions of its previous connection, and would apply the cursor to them.
    @Override
    public byte[] heartbeat(Cursor at, Map<String, Lag> behind) {
        byte[] ping = codec.ping();
        return isWelcomed ? Bytes.concat(codec.message(ServerMessage.heartbeat(at, behind)), ping) : ping;
    }

    @Override
    public void onWritten() {
        updateReadInterest();
    }

    @Override
    public byte[] end(EndReason.GrantEnd reason) {
        return codec.refusal(Problems.of(reason));
    }

    @Override
    public String transport() {
        return codec.transport();
    }

    @Override
    public void closed() {
        tokens.close();
        sessions.remove(sessionRequest.session());
        while (!pendingPosts.isEmpty()) pendingPosts.remove().run();
    }
}
