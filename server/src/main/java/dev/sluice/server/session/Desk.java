package dev.sluice.server.session;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.Dispatcher;
import dev.sluice.core.delivery.Session;
import dev.sluice.core.delivery.Sink;
import dev.sluice.core.delivery.Speaker;
import dev.sluice.core.encoded.Bytes;
import dev.sluice.core.log.Lag;
import dev.sluice.core.presence.Members;
import dev.sluice.server.http.Nearest;
import dev.sluice.server.http.Problems;
import dev.sluice.server.http.Refused;
import dev.sluice.server.http.Request;
import dev.sluice.server.presence.PresenceList;
import dev.sluice.server.publish.ClientMessages.Receipt;
import dev.sluice.server.transport.LastWords;
import dev.sluice.server.transport.SubscribeRequest;
import dev.sluice.server.transport.Transport;
import dev.sluice.server.transport.websocket.Ear;
import dev.sluice.server.transport.websocket.Frames;
import io.netty.channel.Channel;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Where a client's messages are answered. Runs on its connection's event loop. Stops listening while too much is
/// published and not acknowledged, or too many answers wait to be read.
final class Desk implements Ear, Session.Voice {
    /// Messages that are published but not acknowledged, and answers that the client has not taken.
    private static final int UNDER_WAY_MAX = 64;

    private static final int UNSUPPORTED = 1003;

    private static final Set<String> OPS = Set.of("hello", "subscribe", "unsubscribe", "publish", "presence", "ping");

    /// Members of a subscription that are parameters of a URL.
    private static final Set<String> PARAMETERS =
            Set.of("after", "since", "last", "snapshot", "type", "conflate", "coalesce", "gap", "presence", "join");

    private static final Set<String> SUBSCRIBE =
            Stream.concat(PARAMETERS.stream(), Stream.of("ref", "channels")).collect(Collectors.toUnmodifiableSet());

    private final Sessions room;
    private final Visitor visitor;
    private final Spelling spelling;
    private final Channel channel;
    private final ArrayDeque<Runnable> held = new ArrayDeque<>();

    @SuppressWarnings("NullAway.Init") // Set by begin, before anything comes.
    private Session session;

    private boolean isGreeted;
    private int underWay;
    private long underWayBytes;

    Desk(Sessions room, Visitor visitor, Spelling spelling, Channel channel) {
        this.room = room;
        this.visitor = visitor;
        this.spelling = spelling;
        this.channel = channel;
    }

    void begin(Dispatcher loop, Function<Speaker, Sink> line) {
        session = new Session(loop, this, line, visitor.heartbeat().toMillis());
    }

    void welcome() {
        isGreeted = true;
        reply(Reply.welcome(
                visitor.session(), visitor.client(), visitor.heartbeat().toSeconds()));
    }

    // --- what comes

    @Override
    public void message(byte[] bytes, boolean isText) {
        if (!isText) {
            leave(UNSUPPORTED, "messages are JSON text");
            return;
        }
        take(bytes);
        breathe();
    }

    private void take(byte[] bytes) {
        String ref = null;
        try {
            Asked asked = Asked.read(bytes);
            ref = asked.ref();
            String op = asked.op();
            if (!isGreeted && !op.equals("hello")) throw Asked.bad("op", "A session begins with {\"op\":\"hello\"}.");
            switch (op) {
                case "hello" -> hello(asked);
                case "subscribe" -> subscribe(asked);
                case "unsubscribe" -> unsubscribe(asked);
                case "publish" -> publish(asked, bytes.length);
                case "presence" -> presence(asked);
                case "ping" -> ping(asked);
                default ->
                    throw Asked.bad("op", "There is no op " + Problems.quoted(op) + ". " + Nearest.advice(op, OPS));
            }
        } catch (Refused refused) {
            reply(Reply.error(ref, refused.problem()));
        }
    }

    /// Messages that came up by a request. From any thread.
    ///
    /// @param taken called when all are taken and there is room for more; with false: the session is over
    void posted(List<byte[]> messages, Consumer<Boolean> taken) {
        channel.eventLoop().execute(() -> {
            boolean isOpen = !session.isOver();
            if (isOpen) messages.forEach(this::take);
            held.add(() -> taken.accept(isOpen));
            breathe();
        });
    }

    private void hello(Asked asked) {
        // Without keys nobody is asked for a token, and none is looked at, as with `Authorization`.
        asked.allow(Set.of("token"));
        welcome();
    }

    private void subscribe(Asked asked) {
        asked.allow(SUBSCRIBE);
        String ref = asked.neededRef();
        if (session.has(asked.name())) throw Asked.bad("ref", "A subscription has this ref already: choose another.");
        if (session.subscriptions() >= room.subscriptionsMax()) {
            throw Problems.FULL.refused("A session has at most " + room.subscriptionsMax()
                    + " subscriptions: use wildcards, or another session, or raise"
                    + " subscribe.session_subscriptions_max.");
        }
        List<String> channels = asked.texts("channels");
        if (channels.isEmpty()) throw Asked.bad("channels", "Which channels? Name them in a list.");
        Map<String, List<String>> parameters = new HashMap<>(Map.of("name", channels));
        String client = visitor.client();
        if (client != null && asked.texts("join").contains("true")) parameters.put("client", List.of(client));
        Request request = asked.asRequest(PARAMETERS, parameters);
        SubscribeRequest wish = room.subscription(request, Transport.NDJSON);
        int patterns = wish.subscription().selection().weight();
        if (session.patterns() + patterns > room.patternsMax()) {
            throw Problems.FULL.refused("A session names at most " + room.patternsMax()
                    + " channels and patterns in all its subscriptions: use wildcards, or another session, or raise"
                    + " subscribe.session_patterns_max.");
        }
        var wire = new SubscriptionWire(spelling, ref, wish.attending());
        session.subscribe(asked.name(), wish.subscription(), wire, wire);
    }

    private void unsubscribe(Asked asked) {
        asked.allow(Set.of("ref"));
        String ref = asked.neededRef();
        if (!session.unsubscribe(asked.name())) reply(Reply.ok(ref));
    }

    private void publish(Asked asked, int bytes) {
        underWay++;
        underWayBytes += bytes;
        room.messages()
                .ofSession(asked.members(), bytes)
                .thenAccept(receipt -> channel.eventLoop().execute(() -> {
                    underWay--;
                    underWayBytes -= bytes;
                    answer(receipt);
                    breathe();
                }));
    }

    private void answer(Receipt receipt) {
        if (receipt.problem() != null) reply(Reply.error(receipt.ref(), receipt.problem()));
        else if (receipt.ref() != null) {
            reply(Reply.ok(receipt.ref(), json -> {
                if (receipt.id() != null) json.writeStringProperty("id", receipt.id());
                if (receipt.replay()) json.writeBooleanProperty("replay", true);
            }));
        }
    }

    private void presence(Asked asked) {
        asked.allow(Set.of("ref", "channel"));
        String ref = asked.neededRef();
        CompletionStage<Members> looked = room.members(asked.text("channel"));
        underWay++;
        looked.whenComplete((members, stopping) -> channel.eventLoop().execute(() -> {
            underWay--;
            if (stopping == null) reply(Reply.ok(ref, json -> PresenceList.write(json, members)));
            else reply(Reply.error(ref, PresenceList.stopping()));
            breathe();
        }));
    }

    private void ping(Asked asked) {
        asked.allow(Set.of("ref"));
        reply(Reply.pong(asked.members().containsKey("ref") ? asked.neededRef() : null));
    }

    // --- what goes

    private void reply(String json) {
        session.say(spelling.message(json));
    }

    @Override
    public void say(byte[] frame) {
        session.say(frame);
        breathe();
    }

    @Override
    public void leave(int code, String why) {
        session.end(Frames.close(code, why));
        LastWords.hearNoMore(channel);
    }

    @Override
    public void stopping() {
        session.end(spelling.stopping());
    }

    private boolean isBusy() {
        return underWay + session.unsaid() >= UNDER_WAY_MAX
                || underWayBytes >= room.messages().unacknowledgedBytes();
    }

    @Override
    public void breathe() {
        boolean isFull = !session.isOver() && isBusy();
        if (channel.config().isAutoRead() == isFull) channel.config().setAutoRead(!isFull);
        while (!isFull && !held.isEmpty()) held.remove().run();
    }

    // --- what the session has to be told

    /// A heartbeat gives a place to resume from, so it must not precede `welcome`: a client that has just reconnected
    /// may still hold subscriptions of its previous connection, and would take the place for theirs.
    @Override
    public byte[] heartbeat(Cursor at, Map<String, Lag> behind) {
        byte[] ping = spelling.ping();
        return isGreeted ? Bytes.both(spelling.message(Reply.heartbeat(at, behind)), ping) : ping;
    }

    @Override
    public void said() {
        breathe();
    }

    @Override
    public void closed() {
        room.left(visitor.session());
        while (!held.isEmpty()) held.remove().run();
    }
}
