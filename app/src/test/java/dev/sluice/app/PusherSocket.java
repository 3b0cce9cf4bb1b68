package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A socket of an app of Pusher, and what the app's server signs.
public final class PusherSocket implements AutoCloseable {
    public static final String SECRET = "secret-of-the-app";

    /// The lines of the app in the file of apps.
    public static final String APP = "shop.key = key-1\nshop.secret = " + SECRET + "\n";

    private final Messages messages = new Messages();
    private final WebSocket socket;
    private final String id;

    /// @param hub its address, without a slash at the end
    public PusherSocket(HttpClient client, String hub) throws Exception {
        URI address = URI.create(hub.replaceFirst("http", "ws") + "/app/key-1?protocol=7");
        socket = client.newWebSocketBuilder().buildAsync(address, messages).get();
        String greeting = next("pusher:connection_established").get("data").stringValue();
        id = JsonMapper.shared().readTree(greeting).get("socket_id").stringValue();
    }

    public String id() {
        return id;
    }

    /// Returns the answer.
    ///
    /// @param auth empty for none
    public JsonNode subscribe(String channel, String auth) throws InterruptedException {
        String more = auth.isEmpty() ? "" : ",\"auth\":\"" + auth + "\"";
        socket.sendText(
                "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":\"" + channel + "\"" + more + "}}", true);
        return messages.next();
    }

    /// Returns the next message, which has this event.
    public JsonNode next(String event) throws InterruptedException {
        JsonNode message = messages.next();
        assertThat(message.get("event").stringValue()).isEqualTo(event);
        return message;
    }

    /// Returns the signed query of a request with this body.
    public static String signed(String body) throws GeneralSecurityException {
        byte[] md5 = MessageDigest.getInstance("MD5").digest(body.getBytes(StandardCharsets.UTF_8));
        String query = "auth_key=key-1&auth_timestamp=" + Instant.now().getEpochSecond() + "&auth_version=1.0&body_md5="
                + HexFormat.of().formatHex(md5);
        return query + "&auth_signature=" + hmac("POST\n/apps/shop/events\n" + query);
    }

    public static String hmac(String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public void close() {
        socket.abort();
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
    }
}
