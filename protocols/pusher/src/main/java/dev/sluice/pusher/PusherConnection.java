package dev.sluice.pusher;

import dev.sluice.ClientGoneException;
import dev.sluice.WebSocket;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// The socket of a client. Its callbacks run one after the other.
final class PusherConnection {
    static final int CHANNELS_MAX = 256;
    static final int CLIENT_EVENTS_PER_SECOND = 10;

    /// Beyond the first [#CHANNELS_MAX]. Each new name occupies a channel for a while.
    private static final int SUBSCRIPTIONS_PER_SECOND = 10;

    /// The longest that is sent back: that of a user's channel.
    private static final int NAME_CHARACTERS_MAX = 256;

    private static final int PROTOCOL_MIN = 5;
    private static final int PROTOCOL_MAX = 7;

    private static final int UNKNOWN_APP = 4001;
    private static final int INVALID_VERSION = 4006;
    private static final int UNSUPPORTED_VERSION = 4007;
    private static final int NO_VERSION = 4008;
    private static final int UNAUTHORIZED = 4009;

    /// Clients return after a while. After 4004, the code for a quota that is used up, they never would.
    private static final int OVER_CAPACITY = 4100;

    private static final int RECONNECT = 4200;
    private static final int REFUSED_EVENT = 4300;
    private static final int TOO_MANY_EVENTS = 4301;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final WebSocket socket;
    private final AppState app;
    private final String id = RANDOM.nextInt(1, 1_000_000_000) + "." + RANDOM.nextInt(1, 1_000_000_000);
    private final boolean hasIds;
    private final Map<String, ChannelSubscription> subscriptions = new HashMap<>();
    private boolean isClosed;
    private volatile @Nullable String user;
    private volatile long heardNs = System.nanoTime();
    private final Bucket clientEvents = new Bucket(CLIENT_EVENTS_PER_SECOND, CLIENT_EVENTS_PER_SECOND);
    private final Bucket newSubscriptions = new Bucket(SUBSCRIPTIONS_PER_SECOND, CHANNELS_MAX);
    private final Semaphore turn = new Semaphore(1, true);

    private PusherConnection(WebSocket socket, AppState app) {
        this.socket = socket;
        this.app = app;
        this.hasIds = socket.request().query("ids").orElse("").equals("true");
    }

    /// @param app null if the client's key is of no app
    static void open(WebSocket socket, @Nullable AppState app) {
        if (app == null) {
            refuse(socket, UNKNOWN_APP, "There is no app with this key.");
            return;
        }
        String protocol = socket.request().query("protocol").orElse("");
        if (protocol.isEmpty()) refuse(socket, NO_VERSION, "The parameter 'protocol' is missing: use 7.");
        else if (!protocol.matches("[0-9]{1,4}")) refuse(socket, INVALID_VERSION, "The protocol is a number: use 7.");
        else if (Integer.parseInt(protocol) < PROTOCOL_MIN || Integer.parseInt(protocol) > PROTOCOL_MAX)
            refuse(socket, UNSUPPORTED_VERSION, "This protocol version is not supported: use 7.");
        else new PusherConnection(socket, app).begin();
    }

    private static void refuse(WebSocket socket, int code, String message) {
        socket.send(Frames.error(code, message));
        socket.close(code, message);
    }

    private void begin() {
        if (!app.add(this)) {
            refuse(socket, OVER_CAPACITY, "The app has its most connections to this server.");
            return;
        }
        socket.onClose(this::closed);
        socket.every(app.settings().ping(), this::pingIfIdle);
        socket.send(Frames.established(id, app.settings().activityTimeoutSeconds()));
        socket.onText(this::received);
    }

    /// A client that answers only control frames is not heard here, and stays nevertheless.
    private void pingIfIdle() {
        if (System.nanoTime() - heardNs >= app.settings().ping().toNanos()) socket.send(Frames.ping());
    }

    private void closed() {
        isClosed = true;
        app.remove(this);
        subscriptions.values().forEach(ChannelSubscription::close);
        subscriptions.clear();
    }

    String id() {
        return id;
    }

    boolean hasIds() {
        return hasIds;
    }

    boolean isOpen() {
        return socket.isOpen();
    }

    /// How long the connection is silent before the hub pings.
    Duration silence() {
        return app.settings().ping();
    }

    /// Held by the one follower that sends.
    Semaphore turn() {
        return turn;
    }

    /// Sends a frame from any thread, unless the client has left.
    void send(String frame) {
        send(List.of(frame));
    }

    /// Sends frames as [#send(String)] does, in one piece.
    void send(List<String> frames) {
        try {
            socket.send(frames);
        } catch (ClientGoneException left) {
            // The end of the connection closes its subscriptions.
        }
    }

    /// Closes the connection if it is that of a user. Never blocks: the client may not read.
    void terminate(String whose) {
        if (whose.equals(user)) socket.close(UNAUTHORIZED, "The app has ended the connections of this user.");
    }

    /// Closes the connection of a client that is to return at once. Never blocks.
    void restart() {
        socket.close(RECONNECT, "Connect again.");
    }

    /// Closes the connection of a client that is to return later, when there is room for its subscriptions. Never
    /// blocks.
    void refuse(RefusedException full) {
        socket.close(OVER_CAPACITY, String.valueOf(full.getMessage()));
    }

    // --- messages

    private void received(String text) throws InterruptedException {
        if (isClosed) return; // A message from before the end, which nothing would undo.
        heardNs = System.nanoTime();
        JsonNode frame;
        try {
            frame = Frames.JSON.readTree(text);
        } catch (JacksonException invalid) {
            send(Frames.error(null, "A message is a JSON object."));
            return;
        }
        String event = Frames.text(frame, "event");
        switch (event) {
            case null -> send(Frames.error(null, "A message has an 'event'."));
            case "pusher:ping" -> send(Frames.pong());
            case "pusher:pong" -> {}
            case "pusher:subscribe" -> subscribe(data(frame));
            case "pusher:unsubscribe" -> unsubscribe(data(frame));
            case "pusher:signin" -> signIn(data(frame));
            case String name when name.startsWith(PusherEvent.CLIENT) -> clientEvent(name, frame);
            case String _ -> send(Frames.error(null, "The names of events of clients begin with 'client-'."));
        }
    }

    /// Returns the data of a message, which is an object, or a string that holds one.
    private static @Nullable JsonNode data(JsonNode frame) {
        JsonNode data = frame.get("data");
        if (data == null || !data.isString()) return data;
        try {
            return Frames.JSON.readTree(data.stringValue());
        } catch (JacksonException invalid) {
            return null;
        }
    }

    private void subscribe(@Nullable JsonNode data) throws InterruptedException {
        String name = Objects.requireNonNullElse(Frames.text(data, "channel"), "");
        PusherChannel channel;
        try {
            channel = PusherChannel.of(app.app(), name);
        } catch (IllegalArgumentException invalid) {
            String sent = name.length() <= NAME_CHARACTERS_MAX ? name : "";
            send(Frames.notSubscribed(sent, "InvalidChannel", String.valueOf(invalid.getMessage()), 400));
            return;
        }
        if (subscriptions.containsKey(name)) {
            send(Frames.error(null, "There is a subscription to '" + name + "' on this socket already."));
            return;
        }
        if (subscriptions.size() >= CHANNELS_MAX || !newSubscriptions.take()) {
            String full = "A socket has at most " + CHANNELS_MAX + " channels, and subscribes to at most "
                    + SUBSCRIPTIONS_PER_SECOND + " further ones a second.";
            send(Frames.notSubscribed(name, "LimitReached", full, 429));
            return;
        }
        if (!isAuthorized(channel, data)) {
            send(Frames.notSubscribed(name, "AuthError", "The authorization is missing or wrong.", 401));
            return;
        }
        Member member = null;
        if (channel.isPresence()) {
            member = Member.parse(Frames.text(data, "channel_data"));
            if (member == null) {
                String invalid = "The 'channel_data' has a 'user_id' of at most " + Member.ID_BYTES_MAX + " bytes,"
                        + " and a 'user_info' of at most " + Member.INFO_BYTES_MAX + ".";
                send(Frames.notSubscribed(name, "AuthError", invalid, 400));
                return;
            }
        }
        begin(new ChannelSubscription(app, this, channel, member), Frames.text(data, "after"));
    }

    private void begin(ChannelSubscription subscription, @Nullable String after) throws InterruptedException {
        String name = subscription.channel().name();
        subscriptions.put(name, subscription);
        try {
            subscription.begin(after);
        } catch (RefusedException refused) {
            end(name);
            send(Frames.notSubscribed(name, "LimitReached", String.valueOf(refused.getMessage()), refused.status()));
        } catch (IllegalArgumentException | IllegalStateException refused) { // By the hub, such as for its limits.
            end(name);
            send(Frames.notSubscribed(name, "LimitReached", String.valueOf(refused.getMessage()), 503));
        }
    }

    private void end(@Nullable String name) {
        ChannelSubscription subscription = subscriptions.remove(name);
        if (subscription != null) subscription.close();
    }

    private boolean isAuthorized(PusherChannel channel, @Nullable JsonNode data) {
        if (channel.isForUser()) return user != null && channel.isOf(user);
        if (!channel.isGuarded()) return true;
        String auth = Frames.text(data, "auth");
        String channelData = Frames.text(data, "channel_data");
        if (auth == null) return false;
        String signed = id + ":" + channel.name() + (channelData == null ? "" : ":" + channelData);
        return Signature.authorizes(app.app(), auth, signed);
    }

    private void unsubscribe(@Nullable JsonNode data) {
        end(Frames.text(data, "channel"));
    }

    private void signIn(@Nullable JsonNode data) {
        String auth = Frames.text(data, "auth");
        String userData = Frames.text(data, "user_data");
        String signed = userData == null ? null : userId(userData);
        if (auth == null
                || userData == null
                || signed == null
                || !Signature.authorizes(app.app(), auth, id + "::user::" + userData)
                || (user != null && !signed.equals(user))) {
            refuse(socket, UNAUTHORIZED, "The sign-in is not authorized.");
            return;
        }
        user = signed;
        send(Frames.signedIn(userData));
    }

    private static @Nullable String userId(String userData) {
        try {
            String id = Frames.text(Frames.JSON.readTree(userData), "id");
            return id != null && Member.isId(id) ? id : null;
        } catch (JacksonException invalid) {
            return null;
        }
    }

    // --- events of clients

    private void clientEvent(String name, JsonNode frame) {
        if (!clientEvents.take()) {
            send(Frames.error(
                    TOO_MANY_EVENTS, "A socket sends at most " + CLIENT_EVENTS_PER_SECOND + " events a second."));
            return;
        }
        try {
            ChannelSubscription to = subscriptions.get(Frames.text(frame, "channel"));
            new ClientEvent(app, this, name, frame.get("data")).publish(to);
        } catch (RefusedException refused) {
            int code = refused.status() == RefusedException.TOO_MANY ? TOO_MANY_EVENTS : REFUSED_EVENT;
            send(Frames.error(code, String.valueOf(refused.getMessage())));
        }
    }

    /// Counts an event in the rate limits: of the user that has signed in, or else of the client's address.
    ///
    /// @throws RefusedException if the client has published too much before
    void takePublish(PusherEvent event) {
        String caller = user == null ? "" : app.app().channels() + "/" + user;
        long bytes = event.data().getBytes(StandardCharsets.UTF_8).length;
        Duration wait = socket.request().takePublishes(caller, 1, bytes);
        if (!wait.isZero()) throw RefusedException.tooFast("The client", wait);
    }
}
