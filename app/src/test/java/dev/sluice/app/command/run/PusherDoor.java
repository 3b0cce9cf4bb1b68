package dev.sluice.app.command.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.command.run.DoorMatrixTest.Caller;
import dev.sluice.app.command.run.DoorMatrixTest.Door;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Pusher's sockets and API. The app's server signs a subscription of one socket, or one request, for those whom it
/// permits it. A credential here is the channel for which it signs subscriptions, a space, and the channel for which
/// it signs requests; any other text is sent in place of a signature.
final class PusherDoor implements Door {
    static final String SECRET = "secret-of-the-app";
    static final String APP = "shop.key = key-1\nshop.secret = " + SECRET + "\nshop.channels = mercure\n";

    private static final String CHANNEL = "private-a";
    private static final String NONE = "private-none";

    private final String hub;
    private final HttpClient client;
    private final Callable<Integer> publisher;

    /// @param publisher publishes to the channel by another protocol, and returns the status
    PusherDoor(String hub, HttpClient client, Callable<Integer> publisher) {
        this.hub = hub;
        this.client = client;
        this.publisher = publisher;
    }

    @Override
    public String credential(Caller caller) {
        return switch (caller) {
            case NOBODY -> "";
            case OF_ANOTHER_CHANNEL -> "private-b private-b";
            case READER -> CHANNEL + " " + NONE;
            case PUBLISHER -> NONE + " " + CHANNEL;
            case BOTH -> CHANNEL + " " + CHANNEL;
        };
    }

    @Override
    public boolean isOwn(String credential) {
        return false; // The secret signs, and is sent to nobody.
    }

    @Override
    public boolean reads(String credential) throws Exception {
        var messages = new Messages();
        URI address = URI.create(hub.replaceFirst("http", "ws") + "/app/key-1?protocol=7");
        WebSocket socket =
                client.newWebSocketBuilder().buildAsync(address, messages).get();
        try {
            String greeting =
                    messages.next("pusher:connection_established").get("data").stringValue();
            String id = JsonMapper.shared().readTree(greeting).get("socket_id").stringValue();
            String[] signed = credential.split(" ");
            String signature = signed.length == 2 ? hmac(id + ":" + signed[0]) : credential;
            String auth = credential.isEmpty() ? "" : ",\"auth\":\"key-1:" + signature + "\"";
            socket.sendText(
                    "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":\"" + CHANNEL + "\"" + auth + "}}", true);
            JsonNode answer = messages.next();
            if (answer.get("event").stringValue().equals("pusher:subscription_error")) return false;
            assertThat(answer.get("event").stringValue()).isEqualTo("pusher_internal:subscription_succeeded");
            assertThat(publisher.call()).isEqualTo(200);
            assertThat(messages.next("message").get("channel").stringValue()).isEqualTo(CHANNEL);
            return true;
        } finally {
            socket.abort();
        }
    }

    @Override
    public boolean publishes(String credential) throws Exception {
        String[] signed = credential.split(" ");
        String query = signed.length == 2
                ? signed(body(signed[1]))
                : signed(body(CHANNEL)).replaceFirst("(auth_signature=).*", "$1" + credential);
        if (credential.isEmpty()) query = "auth_key=key-1";
        var request = HttpRequest.newBuilder(URI.create(hub + "/apps/shop/events?" + query))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body(CHANNEL)));
        return DoorMatrixTest.isPermitted(
                client.send(request.build(), BodyHandlers.discarding()).statusCode());
    }

    private static String body(String channel) {
        return "{\"name\":\"message\",\"channels\":[\"" + channel + "\"],\"data\":\"x\"}";
    }

    /// Returns the signed query of a request with this body.
    private static String signed(String body) throws GeneralSecurityException {
        byte[] md5 = MessageDigest.getInstance("MD5").digest(body.getBytes(StandardCharsets.UTF_8));
        String query = "auth_key=key-1&auth_timestamp=" + Instant.now().getEpochSecond() + "&auth_version=1.0&body_md5="
                + HexFormat.of().formatHex(md5);
        return query + "&auth_signature=" + hmac("POST\n/apps/shop/events\n" + query);
    }

    private static String hmac(String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public String toString() {
        return "Pusher";
    }

    /// The messages of a socket.
    private static final class Messages implements WebSocket.Listener {
        private static final long SECONDS_MAX = 60;

        private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
        private final StringBuilder parts = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean isLast) {
            parts.append(part);
            if (isLast) {
                received.add(parts.toString());
                parts.setLength(0);
            }
            socket.request(1);
            return null;
        }

        JsonNode next() throws InterruptedException {
            String message = received.poll(SECONDS_MAX, TimeUnit.SECONDS);
            assertThat(message).as("a message").isNotNull();
            return JsonMapper.shared().readTree(message);
        }

        JsonNode next(String event) throws InterruptedException {
            JsonNode message = next();
            assertThat(message.get("event").stringValue()).isEqualTo(event);
            return message;
        }
    }
}
