package dev.sluice.server.session;

import dev.sluice.core.access.AccessDeniedException;
import dev.sluice.core.access.Grant;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.head.Suggestion;
import dev.sluice.server.publish.ClientMessages.Receipt;
import dev.sluice.server.subscribe.SubscribeRequest;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The operations that the messages of a session's client ask for. `docs/protocol.md` §4. Runs on the connection's
/// event loop.
final class SessionOps {
    private static final Set<String> OPS =
            Set.of("hello", "refresh", "subscribe", "unsubscribe", "publish", "presence", "ping");

    private final SessionProtocol connection;
    private final Sessions sessions;
    private final SessionRequest sessionRequest;
    private final SessionCaller caller;
    private final SessionTokens tokens;
    private final SessionCodec codec;
    private final MemberListReplies lists;
    private boolean isWelcomed;
    private int inFlight;
    private long inFlightBytes;

    SessionOps(
            SessionProtocol connection,
            Sessions sessions,
            SessionRequest sessionRequest,
            SessionCaller caller,
            SessionTokens tokens,
            SessionCodec codec) {
        this.connection = connection;
        this.sessions = sessions;
        this.sessionRequest = sessionRequest;
        this.caller = caller;
        this.tokens = tokens;
        this.codec = codec;
        this.lists = new MemberListReplies(connection, sessions);
    }

    /// Returns true once the client has been welcomed and may send messages other than `hello`.
    boolean isWelcomed() {
        return isWelcomed;
    }

    /// The number of publishes and lists of members that have not been answered.
    int inFlight() {
        return inFlight + (lists.isPending() ? 1 : 0);
    }

    /// The bytes of the publishes that have not been answered, and of the lists of members that have not been read.
    long inFlightBytes() {
        return inFlightBytes + lists.bytes();
    }

    /// Called when answers were written.
    void onWritten() {
        lists.onWritten();
    }

    void close() {
        lists.close();
    }

    void welcome() {
        isWelcomed = true;
        connection.reply(ServerMessage.welcome(
                sessionRequest.session(),
                caller.client(),
                sessionRequest.options().heartbeat().toSeconds(),
                sessions.messageBytesMax(),
                connection.session().grant()));
    }

    void handle(byte[] bytes) {
        ClientOp op;
        try {
            op = ClientOp.read(bytes);
        } catch (ProblemException unreadable) {
            connection.reject(null, unreadable.problem());
            return;
        }
        answering(op::ref, () -> handle(op, bytes.length));
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
                throw ClientOp.bad(
                        "op", "There is no op " + Problems.quoted(name) + ". " + Suggestion.advice(name, OPS));
        }
    }

    /// Runs a step, and answers with the problem if it is refused.
    ///
    /// @param ref gives the message's `ref`, or null
    private void answering(Supplier<@Nullable String> ref, Runnable step) {
        try {
            step.run();
        } catch (ProblemException refused) {
            connection.reject(ref.get(), refused.problem());
        } catch (AccessDeniedException denied) {
            connection.reject(ref.get(), Problems.of(denied));
        }
    }

    // --- tokens

    private void hello(ClientOp op) {
        op.allow(Set.of("token"));
        String token = op.token();
        if (token == null) welcome();
        else verify(token, null, this::identify, connection::refuse);
    }

    private void identify(Grant grant) {
        try {
            caller.identify(connection.session(), grant);
        } catch (ProblemException refused) {
            connection.refuse(refused.problem());
            return;
        }
        welcome();
    }

    private void refresh(ClientOp op) {
        op.allow(Set.of("ref", "token", "subscription"));
        String ref = op.members().containsKey("ref") ? op.requiredRef() : null;
        String subscription = op.members().containsKey("subscription") ? op.name("subscription") : null;
        verify(
                op.requiredToken(),
                ref,
                grant -> {
                    if (subscription == null) caller.refresh(connection.session(), grant);
                    else caller.refresh(connection.session(), subscription, grant);
                    connection.reply(ServerMessage.refreshed(ref, grant));
                },
                problem -> connection.reject(ref, problem));
    }

    /// @param ref the `ref` of the message with the token
    private void verify(String token, @Nullable String ref, Consumer<Grant> granted, Consumer<Problem> refused) {
        tokens.verify(
                token,
                connection.loop(),
                grant -> answering(() -> ref, () -> granted.accept(grant)),
                problem -> {
                    if (tokens.isExhausted()) connection.refuse(problem);
                    else refused.accept(problem);
                },
                connection::updateReadInterest);
    }

    // --- subscriptions and publishes

    private void subscribe(ClientOp op) {
        Set<String> members = new HashSet<>(sessions.parameters());
        members.addAll(Set.of("ref", "channels", "token"));
        op.allow(members);
        String ref = op.requiredRef();
        String token = op.token();
        if (token == null) permit(op, ref, connection.session().grant(), caller.client());
        else {
            verify(
                    token,
                    ref,
                    grant -> permit(op, ref, grant, caller.client(grant)),
                    problem -> connection.reject(ref, problem));
        }
    }

    private void permit(ClientOp op, String ref, Grant grant, @Nullable String as) {
        tokens.permit(
                op.subscription(sessions.parameters()),
                grant,
                connection.loop(),
                permitted -> answering(() -> ref, () -> subscribe(op, ref, permitted, as)),
                problem -> connection.reject(ref, problem),
                connection::updateReadInterest);
    }

    private void subscribe(ClientOp op, String ref, Grant grant, @Nullable String as) {
        if (connection.session().has(op.name()))
            throw ClientOp.bad("ref", "Another subscription of this session has this ref: choose another one.");
        if (connection.session().subscriptions() >= sessions.subscriptionsMax()) {
            throw full(
                    sessions.subscriptionsMax(),
                    "A session has at most " + sessions.subscriptionsMax()
                            + " subscriptions: use wildcards, or another session, or raise"
                            + " subscribe.session_subscriptions_max.");
        }
        List<String> channels = op.texts("channels");
        if (channels.isEmpty())
            throw ClientOp.bad("channels", "The member 'channels' is missing: give a list of channel names.");
        SubscribeRequest request = sessions.subscription(grant, channels, op.parameters(sessions.parameters()), as);
        int patterns = request.subscription().selection().weight();
        if (connection.session().patterns() + patterns > sessions.patternsMax()) {
            throw full(
                    sessions.patternsMax(),
                    "A session names at most " + sessions.patternsMax()
                            + " channels and patterns in all its subscriptions: use wildcards, or another session, or"
                            + " raise subscribe.session_patterns_max.");
        }
        var wire = new SubscriptionWire(codec, ref, request);
        if (request.joins()) connection.joined();
        connection.session().subscribe(grant, op.name(), request.subscription(), wire, wire);
    }

    /// A refusal because the session is full, though the hub is not: the client may subscribe with a separate
    /// request.
    private static ProblemException full(int sessionMax, String detail) {
        return new ProblemException(Problems.FULL.of(detail).withMember("sessionMax", sessionMax));
    }

    private void unsubscribe(ClientOp op) {
        op.allow(Set.of("ref"));
        String ref = op.requiredRef();
        if (!connection.session().unsubscribe(op.name())) connection.reply(ServerMessage.ok(ref));
    }

    private void publish(ClientOp op, int bytes) {
        sessions.messages().ofSession(connection.loop(), connection.session().grant(), op.members(), bytes, receipt -> {
            inFlight--;
            inFlightBytes -= bytes;
            answer(receipt);
            connection.updateReadInterest();
        });
        inFlight++; // The receipt comes later, and not at all if the call fails.
        inFlightBytes += bytes;
    }

    private void answer(Receipt receipt) {
        if (receipt.problem() != null) connection.reply(ServerMessage.error(receipt.ref(), receipt.problem()));
        else if (receipt.ref() != null) {
            connection.reply(
                    ServerMessage.published(receipt.ref(), Objects.requireNonNull(receipt.id()), receipt.replay()));
        }
    }

    private void presence(ClientOp op) {
        op.allow(Set.of("ref", "channel"));
        String ref = op.requiredRef();
        lists.begin(ref, sessions.members(connection.session().grant(), op.text("channel")));
    }

    private void ping(ClientOp op) {
        op.allow(Set.of("ref"));
        connection.reply(ServerMessage.pong(op.members().containsKey("ref") ? op.requiredRef() : null));
    }
}
