package dev.sluice.server.session;

import dev.sluice.core.access.AccessDenied;
import dev.sluice.core.access.Grant;
import dev.sluice.core.access.Principal;
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

/// Answers the messages of a session's client. Runs on the connection's event loop. Stops reading while too many
/// publishes are in flight, or too many answers are queued.
final class SessionProtocol implements FrameHandler, Session.Callbacks {
    private static final int UNSUPPORTED = 1003;

    private static final Set<String> OPS = Set.of("hello", "subscribe", "unsubscribe", "publish", "presence", "ping");

    private final Sessions sessions;
    private final SessionRequest sessionRequest;
    private final Principal principal;
    private final SessionCodec codec;
    private final ArrayDeque<Runnable> pendingPosts = new ArrayDeque<>();

    @SuppressWarnings("NullAway.Init") // Set by begin, before any message arrives.
    private Session session;

    @SuppressWarnings("NullAway.Init") // Likewise.
    private Outlet outlet;

    private boolean isWelcomed;
    private int inFlight;
    private long inFlightBytes;

    SessionProtocol(Sessions sessions, SessionRequest sessionRequest, Principal principal, SessionCodec codec) {
        this.sessions = sessions;
        this.sessionRequest = sessionRequest;
        this.principal = principal;
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
                sessionRequest.client(),
                sessionRequest.options().heartbeat().toSeconds()));
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
        String ref = null;
        try {
            ClientOp op = ClientOp.read(bytes);
            ref = op.ref();
            String name = op.op();
            if (!isWelcomed && !name.equals("hello"))
                throw ClientOp.bad("op", "The first message of a session must be {\"op\":\"hello\"}.");
            switch (name) {
                case "hello" -> hello(op);
                case "subscribe" -> subscribe(op);
                case "unsubscribe" -> unsubscribe(op);
                case "publish" -> publish(op, bytes.length);
                case "presence" -> presence(op);
                case "ping" -> ping(op);
                default ->
                    throw ClientOp.bad(
                            "op", "There is no op " + Problems.quoted(name) + ". " + Nearest.advice(name, OPS));
            }
        } catch (Refused refused) {
            reply(ServerMessage.error(ref, refused.problem()));
        } catch (AccessDenied denied) {
            reply(ServerMessage.error(ref, Problems.of(denied)));
        }
    }

    /// Whether this principal opened the session, and may send messages in it.
    boolean belongsTo(Principal caller) {
        return principal.isSameAs(caller);
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

    private void hello(ClientOp op) {
        // Without authentication no token is required, and a token is ignored, as `Authorization` is.
        op.allow(Set.of("token"));
        welcome();
    }

    private void subscribe(ClientOp op) {
        Set<String> parameters = sessions.parameters();
        Set<String> members = new HashSet<>(parameters);
        members.addAll(Set.of("ref", "channels"));
        op.allow(members);
        String ref = op.requiredRef();
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
        SubscribeRequest request =
                sessions.subscription(session.grant(), channels, op.parameters(parameters), sessionRequest.client());
        int patterns = request.subscription().selection().weight();
        if (session.patterns() + patterns > sessions.patternsMax()) {
            throw Problems.FULL.refused("A session names at most " + sessions.patternsMax()
                    + " channels and patterns in all its subscriptions: use wildcards, or another session, or raise"
                    + " subscribe.session_patterns_max.");
        }
        var wire = new SubscriptionWire(codec, ref, request.join());
        session.subscribe(session.grant(), op.name(), request.subscription(), wire, wire);
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
        sessions.remove(sessionRequest.session());
        while (!pendingPosts.isEmpty()) pendingPosts.remove().run();
    }
}
