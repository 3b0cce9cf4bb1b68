package dev.sluice.pusher;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/// A client on the JDK's WebSocket, which answers pings of the protocol by control frames only.
final class PusherClient implements WebSocket.Listener, AutoCloseable {
    private static final int SECONDS = 30;

    private final LinkedBlockingQueue<JsonNode> frames = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final StringBuilder part = new StringBuilder();
    private final WebSocket socket;
    private String socketId = "";

    PusherClient(HttpClient http, URI uri) {
        socket = http.newWebSocketBuilder().buildAsync(uri, this).join();
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean isLast) {
        part.append(text);
        if (isLast) {
            frames.add(Frames.JSON.readTree(part.toString()));
            part.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        closed.complete(code);
        return null;
    }

    JsonNode greeted() {
        JsonNode greeting = data(expect("pusher:connection_established"));
        socketId = greeting.get("socket_id").stringValue();
        return greeting;
    }

    String socketId() {
        return socketId;
    }

    int closeCode() throws Exception {
        return closed.get(SECONDS, TimeUnit.SECONDS);
    }

    /// Takes the next frame, which must have this event.
    JsonNode expect(String event) {
        JsonNode next = next();
        if (!next.get("event").stringValue().equals(event))
            throw new AssertionError("expected " + event + ", was " + next);
        return next;
    }

    /// Takes the frames up to one that has this event.
    ///
    /// @return the number of those before it
    int skipTo(String event) {
        int skipped = 0;
        while (!next().get("event").stringValue().equals(event)) skipped++;
        return skipped;
    }

    /// Takes the next frame with this event, and those before it.
    JsonNode next(String event) {
        while (true) {
            JsonNode next = next();
            if (next.get("event").stringValue().equals(event)) return next;
        }
    }

    JsonNode next() {
        try {
            JsonNode next = frames.poll(SECONDS, TimeUnit.SECONDS);
            if (next == null) throw new AssertionError("no frame within " + SECONDS + " s");
            return next;
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /// The data of a frame, which must be a string that holds JSON.
    static JsonNode data(JsonNode frame) {
        return Frames.JSON.readTree(frame.get("data").stringValue());
    }

    static String text(JsonNode frame) {
        return frame.get("data").stringValue();
    }

    void send(String event, Map<String, ?> members) {
        Map<String, Object> frame = new HashMap<>(members);
        frame.put("event", event);
        raw(Frames.json(frame));
    }

    void raw(String text) {
        send(text).join();
    }

    /// Sends a text; the result fails if the hub ends the socket before all of it is sent.
    CompletableFuture<WebSocket> send(String text) {
        return socket.sendText(text, true);
    }

    /// Sends a subscription, with further members of its data.
    void ask(String channel, Map<String, ?> more) {
        Map<String, Object> data = new HashMap<>(more);
        data.put("channel", channel);
        send("pusher:subscribe", Map.of("data", data));
    }

    /// The status of the error that is the next frame.
    int refusal() {
        return data(expect("pusher:subscription_error")).get("status").intValue();
    }

    JsonNode subscribe(String channel) {
        ask(channel, Map.of());
        return expect("pusher_internal:subscription_succeeded");
    }

    JsonNode subscribePrivate(String channel) {
        ask(channel, Map.of("auth", auth(channel)));
        return expect("pusher_internal:subscription_succeeded");
    }

    JsonNode join(String channel, String user, String name) {
        askToJoin(channel, Map.of("user_id", user, "user_info", Map.of("name", name)));
        return expect("pusher_internal:subscription_succeeded");
    }

    void askToJoin(String channel, Map<String, ?> member) {
        String data = Frames.json(member);
        ask(channel, Map.of("auth", auth(channel + ":" + data), "channel_data", data));
    }

    String auth(String signed) {
        return "key-1:" + Signature.of("secret-1", socketId + ":" + signed);
    }

    void signIn(String user) {
        String data = Frames.json(Map.of("id", user));
        send("pusher:signin", Map.of("data", Map.of("auth", auth(":user::" + data), "user_data", data)));
        expect("pusher:signin_success");
    }

    void clientEvent(String event, String channel, Object data) {
        send(event, Map.of("channel", channel, "data", data));
    }

    /// Shows that nothing else has arrived: the answer to a ping is next.
    void expectNothing() {
        send("pusher:ping", Map.of("data", Map.of()));
        expect("pusher:pong");
    }

    @Override
    public void close() {
        socket.abort();
    }
}
