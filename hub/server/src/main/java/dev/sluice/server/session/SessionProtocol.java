package dev.sluice.server.session;

import dev.sluice.core.access.Grant;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.Dispatcher;
import dev.sluice.core.delivery.Session;
import dev.sluice.core.delivery.stream.EndReason;
import dev.sluice.core.delivery.stream.Sink;
import dev.sluice.core.delivery.stream.StreamListener;
import dev.sluice.core.encoding.ByteBuilder;
import dev.sluice.core.log.Lag;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.net.outlet.Outlet;
import dev.sluice.server.transport.websocket.FrameHandler;
import dev.sluice.server.transport.websocket.Frames;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The connection of a session: passes the messages of its client to the [ops][SessionOps], one after the other,
/// and sends its answers. Runs on the connection's event loop. Stops reading while too many publishes are in
/// flight, or too many answers are queued.
final class SessionProtocol implements FrameHandler, Session.Callbacks {
    private static final int UNSUPPORTED = 1003;

    private static final Problem TOO_MANY_WAITING = Problems.FULL.of(
            "Too many messages are waiting for the token that precedes them. Wait for its answer, then send again.");

    private final Sessions sessions;
    private final SessionRequest sessionRequest;
    private final SessionCaller caller;
    private final SessionTokens tokens;
    private final SessionCodec codec;
    private final SessionOps ops;
    private final ArrayDeque<Runnable> pendingPosts = new ArrayDeque<>();

    @SuppressWarnings("NullAway.Init") // Set by begin, before any message arrives.
    private Session session;

    @SuppressWarnings("NullAway.Init") // Likewise.
    private Outlet outlet;

    private boolean hasJoined;

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
        this.ops = new SessionOps(this, sessions, sessionRequest, caller, tokens, codec);
    }

    /// @param sink     opens the connection, and calls [#on]
    /// @param ageMaxMs the maximum age of a session with members, for connections that may outlive their client
    void begin(Dispatcher loop, Grant grant, Function<StreamListener, Sink> sink, long ageMaxMs) {
        long heartbeatMs = sessionRequest.options().heartbeat().toMillis();
        session = new Session(loop, grant, this, sink, heartbeatMs, ageMaxMs);
    }

    /// Called when a subscription makes the client a member.
    void joined() {
        hasJoined = true;
    }

    SessionProtocol on(Outlet outlet) {
        this.outlet = outlet;
        return this;
    }

    /// Makes the session known to its client, which may then send messages.
    void welcome() {
        ops.welcome();
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
        if (session.isOver()) return; // An earlier message of the same request ended the session.
        if (!tokens.isPending()) ops.handle(bytes);
        else if (!tokens.hold(bytes)) reject(refOf(bytes), TOO_MANY_WAITING);
    }

    private static @Nullable String refOf(byte[] bytes) {
        try {
            return ClientOp.read(bytes).ref();
        } catch (ProblemException unreadable) {
            return null;
        }
    }

    /// Handles the messages that waited for a token.
    void handleWaiting() {
        for (byte[] next = tokens.next(); next != null && !session.isOver(); next = tokens.next()) ops.handle(next);
        updateReadInterest();
    }

    /// Ends the session: with a bad token it would otherwise continue with fewer permissions than its client
    /// assumes.
    void refuse(Problem problem) {
        sessions.messages().refused(problem);
        session.end(new EndReason.ByClient(problem.status(), problem.title()), codec.refusal(problem));
        outlet.discardInput();
    }

    Session session() {
        return session;
    }

    /// The event loop of the connection.
    Executor loop() {
        return outlet.loop();
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

    // --- outgoing messages

    /// Queues the refusal of a message.
    ///
    /// @param ref the message's `ref`; null if it has none
    void reject(@Nullable String ref, Problem problem) {
        sessions.messages().refused(problem);
        reply(ServerMessage.error(ref, problem));
    }

    /// Queues a message to the client.
    void reply(String json) {
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
    public void stopping(long retryAfterMs) {
        session.end(new EndReason.Stopping(retryAfterMs), codec.stopping(retryAfterMs));
    }

    @Override
    public void age(EndReason.Aged reason, long overMs) {
        if (overMs >= sessions.furtherAgeMs(hasJoined)) session.end(reason, codec.stopping(reason.retryAfterMs()));
    }

    @Override
    public void updateReadInterest() {
        if (session.isOver()) outlet.setReading(true);
        else if (tokens.isPending()) outlet.setReading(false);
        else sessions.messages().gate().apply(outlet, ops.inFlight() + session.queuedFrames(), ops.inFlightBytes());
        while (outlet.isReading() && !pendingPosts.isEmpty())
            pendingPosts.remove().run();
    }

    // --- the session's callbacks

    /// A heartbeat carries a cursor to resume from, so it must not precede `welcome`: a client that has just
    /// reconnected may still hold subscriptions of its previous connection, and would apply the cursor to them.
    @Override
    public byte[] heartbeat(Cursor at, Map<String, Lag> behind) {
        byte[] ping = codec.ping();
        return ops.isWelcomed() ? ByteBuilder.concat(codec.message(ServerMessage.heartbeat(at, behind)), ping) : ping;
    }

    @Override
    public void onWritten() {
        updateReadInterest();
    }

    @Override
    public byte[] end(EndReason.Dismissal reason) {
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
