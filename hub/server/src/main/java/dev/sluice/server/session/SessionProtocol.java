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
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.net.outlet.Outlet;
import dev.sluice.server.transport.websocket.FrameHandler;
import dev.sluice.server.transport.websocket.Frames;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The connection of a session: passes the messages of its client to the [ops][SessionOps], one after the other,
/// and sends its answers. Runs on the connection's event loop. Stops reading while too many publishes are in
/// flight, or too many answers are queued; messages that have arrived in requests wait in the meantime, too.
final class SessionProtocol implements FrameHandler, Session.Callbacks {
    private static final int UNSUPPORTED = 1003;

    /// The messages of requests that are handled in one task of the event loop: a body may have a million.
    private static final int TASK_MESSAGES_MAX = 64;

    private static final System.Logger LOG = System.getLogger(SessionProtocol.class.getName());

    private static final Problem FAILED =
            Problems.FAILED.of("Something went wrong in the server; its log says what. Try again later.");

    private static final Problem EVICTED = Problems.FULL.of("The hub's budget for messages in flight was used up"
            + " (publish.in_flight_max), so it ended the sessions whose clients read their answers too slowly, among"
            + " them this one. Open a new one.");

    private final Sessions sessions;
    private final SessionRequest sessionRequest;
    private final SessionCaller caller;
    private final SessionTokens tokens;
    private final SessionCodec codec;
    private final SessionOps ops;

    @SuppressWarnings("NullAway.Init") // Set by begin, before any message arrives.
    private Session session;

    @SuppressWarnings("NullAway.Init") // Likewise.
    private Outlet outlet;

    @SuppressWarnings("NullAway.Init") // Likewise.
    private PostedMessages posts;

    private boolean isPostTaskDue;
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
        this.posts = new PostedMessages(sessions.inFlight().holder(outlet.loop(), this::evict));
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

    /// While a token is being verified, nothing is read. Only what a client sent just before it left comes
    /// nevertheless.
    private void take(byte[] bytes) {
        if (!session.isOver() && !tokens.isPending()) ops.handle(bytes);
    }

    /// Ends the session: with a bad token it would otherwise continue with fewer permissions than its client
    /// assumes.
    void refuse(Problem problem) {
        sessions.messages().refused(problem);
        session.end(new EndReason.ByClient(problem.status(), problem.title()), codec.refusal(problem));
        outlet.discardInput();
        posts.completeBegun(); // The stream has the result of the message that ended the session.
    }

    Session session() {
        return session;
    }

    /// Ends the session at once, because its client reads too slowly.
    void cut() {
        outlet.end(false);
    }

    /// The event loop of the connection.
    Executor loop() {
        return outlet.loop();
    }

    SessionCaller caller() {
        return caller;
    }

    /// Handles the messages of a request, one a line, while the session reads. May be called from any thread.
    ///
    /// @return completed with true once all are handled and there is capacity for more; with false if the session
    ///     is over before. Fails only with [ProblemException], for example if the hub can't hold the body.
    CompletionStage<Boolean> posted(byte[] body) {
        CompletableFuture<Boolean> handled = new CompletableFuture<>();
        outlet.loop().execute(() -> {
            posts.add(body, handled);
            updateReadInterest();
        });
        return handled;
    }

    /// Handles some of the messages that were sent in requests. Other work of the event loop comes before the rest.
    private void handlePosts() {
        for (int i = 0; i < TASK_MESSAGES_MAX && !posts.isEmpty() && !session.isOver() && outlet.isReading(); i++) {
            byte[] next = posts.next();
            try {
                if (next == null) posts.complete();
                else ops.handle(next);
            } catch (RuntimeException | Error failure) {
                LOG.log(Level.ERROR, "a message of a session could not be handled", failure);
                posts.fail(FAILED);
            }
            setReading();
        }
        isPostTaskDue = false;
        updateReadInterest();
    }

    /// Ends the session, because the budget that its posts hold runs short.
    private void evict() {
        posts.drop();
        if (!session.isOver()) refuse(EVICTED);
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
        setReading();
        if (session.isOver()) posts.drop();
        posts.waitForClient(!outlet.isReading() && ops.inFlight() == 0 && !tokens.isPending());
        if (posts.isEmpty() || !outlet.isReading() || isPostTaskDue) return;
        isPostTaskDue = true;
        loop().execute(this::handlePosts);
    }

    private void setReading() {
        if (session.isOver()) outlet.setReading(true);
        else if (tokens.isPending()) outlet.setReading(false);
        else sessions.messages().gate().apply(outlet, ops.inFlight() + session.queuedFrames(), ops.inFlightBytes());
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
        ops.onWritten();
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
        ops.close();
        sessions.remove(sessionRequest.session());
        posts.drop();
    }
}
