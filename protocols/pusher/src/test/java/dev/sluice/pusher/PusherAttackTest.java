package dev.sluice.pusher;

import static dev.sluice.pusher.PusherClient.text;
import static dev.sluice.pusher.PusherHub.SHOP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Message;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Clients that want more than their share: each limit holds for one of them and for all together.
final class PusherAttackTest {
    private static final String EVENT = "{\"name\":\"e\",\"channel\":\"c\",\"data\":\"1\"}";

    // --- subscriptions

    @Test
    void limitTheChannelsOfASocket() throws Exception {
        try (var hub = PusherHub.inMemory();
                var client = hub.connect();
                var other = hub.connect()) {
            for (int i = 0; i < PusherConnection.CHANNELS_MAX; i++) client.subscribe("c" + i);
            client.ask("more", Map.of());
            assertThat(client.refusal()).isEqualTo(429);
            other.subscribe("more");
            hub.trigger("c0", "e", "1");
            client.expect("e");
        }
    }

    @Test
    void limitHowFastASocketSubscribesAnew() throws Exception {
        try (var hub = PusherHub.inMemory();
                var client = hub.connect()) {
            String answer = "";
            for (int i = 0; !answer.equals("pusher:subscription_error"); i++) {
                assertThat(i).isLessThan(10 * PusherConnection.CHANNELS_MAX);
                client.ask("c" + i, Map.of());
                answer = client.next().get("event").stringValue();
                client.send("pusher:unsubscribe", Map.of("data", Map.of("channel", "c" + i)));
            }
            client.expectNothing();
        }
    }

    @Test
    void limitTheSubscriptionsOfAllSockets() throws Exception {
        var settings = new PusherSettings(InstantSource.system(), 30, 3);
        try (var hub = PusherHub.of(SHOP, "", settings, each -> each.port(0));
                var second = hub.connect()) {
            var first = hub.connect();
            first.subscribe("a");
            first.subscribe("b");
            second.subscribe("c");
            second.ask("d", Map.of());
            assertThat(second.refusal()).isEqualTo(503);
            second.askToJoin("presence-d", Map.of("user_id", "bob"));
            assertThat(second.refusal()).isEqualTo(503);
            first.send("pusher:unsubscribe", Map.of("data", Map.of("channel", "b")));
            first.expectNothing();
            second.subscribe("d");
            first.close();
            while (true) { // Until the hub has noticed.
                second.ask("e", Map.of());
                if (second.next().get("event").stringValue().endsWith("succeeded")) return;
            }
        }
    }

    @Test
    void countTheListsOfMembersAmongTheSubscriptions() throws Exception {
        var settings = new PusherSettings(InstantSource.system(), 30, 8);
        try (var hub = PusherHub.of(SHOP, "", settings, each -> each.port(0));
                var client = hub.connect()) {
            client.join("presence-a", "bob", "Bob");
            client.askToJoin("presence-b", Map.of("user_id", "bob"));
            assertThat(client.refusal()).isEqualTo(503);
            for (String each : List.of("c", "d", "e")) client.subscribe(each);
        }
    }

    @Test
    void countTheTextsOfMembersOfOtherNodesAmongTheSubscriptions() throws Exception {
        int most = 6;
        var settings = new PusherSettings(InstantSource.system(), 30, most);
        try (var hub = PusherHub.of(SHOP, "", settings, each -> each.port(0));
                var client = hub.connect();
                var other = hub.connect()) {
            client.join("presence-a", "bob", "Bob");
            for (int i = 0; i < 10; i++) // As another node does for its members.
            hub.hub
                        .channel("$program/pusher/pusher/shop/presence-a")
                        .publish(Message.json("x".repeat(1_000) + i).key("user-" + i));
            assertThat(client.closeCode()).isEqualTo(4100);
            for (int i = 0; i < most; i++) {
                do other.ask("c" + i, Map.of()); // Until the hub has noticed.
                while (!other.next().get("event").stringValue().endsWith("succeeded"));
            }
            for (int i = 0; i < most; i++) other.send("pusher:unsubscribe", Map.of("data", Map.of("channel", "c" + i)));
            other.askToJoin("presence-a", Map.of("user_id", "alice"));
            assertThat(other.refusal()).isEqualTo(503);
            for (int i = 0; i < most; i++) other.subscribe("c" + i);
        }
    }

    @Test
    void subscribeNothingForASocketThatHasBeenClosed() throws Exception {
        var settings = new PusherSettings(InstantSource.system(), 30, 3);
        try (var hub = PusherHub.of(SHOP, "", settings, each -> each.port(0));
                var raw = connectRaw(hub);
                var other = hub.connect()) {
            var frames = new ByteArrayOutputStream();
            frames.writeBytes(frame("{\"event\":\"pusher:signin\",\"data\":{}}"));
            for (int i = 0; i < PusherConnection.CHANNELS_MAX; i++)
                frames.writeBytes(frame("{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":\"c" + i + "\"}}"));
            raw.getOutputStream().write(frames.toByteArray());
            assertThat(closeCode(raw)).isEqualTo(4009);
            while (!hub.get("channels", Map.of()).body().equals("{\"channels\":{}}")) {
                Thread.onSpinWait(); // Those before its end linger.
            }
            for (int i = 0; i < 3; i++) other.subscribe("c" + i);
        }
    }

    @Test
    void limitTheMembersOfAChannelHoweverFastTheyJoin() throws Exception {
        List<PusherClient> clients = new ArrayList<>();
        try (var hub = PusherHub.inMemory()) {
            for (int i = 0; i < 110; i++) clients.add(hub.connect());
            for (int i = 0; i < 110; i++) clients.get(i).askToJoin("presence-room", Map.of("user_id", "user-" + i));
            int joined = 0;
            for (PusherClient each : clients) {
                JsonNode answer = each.next();
                while (answer.get("event").stringValue().contains("member_added")) answer = each.next();
                if (answer.get("event").stringValue().endsWith("succeeded")) joined++;
            }
            assertThat(joined).isEqualTo(100);
            assertThat(hub.get("channels/presence-room", Map.of("info", "user_count"))
                            .body())
                    .contains("\"user_count\":100");
            try (var tab = hub.connect()) {
                tab.askToJoin("presence-other", Map.of("user_id", "user-1"));
                tab.expect("pusher_internal:subscription_succeeded");
            }
        } finally {
            clients.forEach(PusherClient::close);
        }
    }

    @Test
    void limitTheSizeOfMembers() throws Exception {
        try (var hub = PusherHub.inMemory();
                var client = hub.connect()) {
            List<Map<String, ?>> refused = List.of(
                    Map.of("user_id", "x".repeat(129)),
                    Map.of("user_id", ""),
                    Map.of("user_id", "a\nb"),
                    Map.of("user_id", List.of("x")),
                    Map.of("user_info", "x"),
                    Map.of("user_id", "x", "user_info", "x".repeat(1_023)));
            for (Map<String, ?> each : refused) {
                client.askToJoin("presence-room", each);
                assertThat(client.refusal()).isEqualTo(400);
            }
            client.askToJoin("presence-room", Map.of("user_id", "é".repeat(64), "user_info", "x".repeat(1_022)));
            client.expect("pusher_internal:subscription_succeeded");
        }
    }

    // --- floods

    @Test
    void relayNoMoreOfAFloodThanItsSocketsMaySend() throws Exception {
        try (var hub = PusherHub.inMemory();
                var reader = hub.connect();
                var first = hub.connect();
                var second = hub.connect()) {
            for (PusherClient each : List.of(reader, first, second)) each.subscribePrivate("private-x");
            long startNs = System.nanoTime();
            for (int i = 0; i < 500; i++) {
                first.clientEvent("client-first", "private-x", i);
                second.clientEvent("client-second", "private-x", i);
            }
            for (PusherClient each : List.of(first, second)) each.send("pusher:ping", Map.of("data", Map.of()));
            for (PusherClient each : List.of(first, second)) each.skipTo("pusher:pong");
            hub.trigger("private-x", "marker", "1");
            int relayed = reader.skipTo("marker");
            double seconds = (System.nanoTime() - startNs) * 1e-9;
            assertThat(relayed)
                    .isGreaterThanOrEqualTo(2 * PusherConnection.CLIENT_EVENTS_PER_SECOND)
                    .isLessThanOrEqualTo((int) (2 * PusherConnection.CLIENT_EVENTS_PER_SECOND * (1 + seconds)));
        }
    }

    @Test
    void countAnEventForEachOfItsChannelsInTheRateLimitOfTheApp() throws Exception {
        try (var hub = limited("limits.publishes_per_second", "1");
                var client = hub.connect()) {
            client.subscribe("c0");
            String[] channels = IntStream.range(0, 100).mapToObj(i -> "c" + i).toArray(String[]::new);
            String first = Frames.json(Map.of("name", "first", "channels", channels, "data", "1"));
            assertThat(hub.post("events", first).statusCode()).isEqualTo(200);
            client.expect("first");
            String batch = Frames.json(Map.of("batch", List.of(Map.of("name", "x", "channel", "c0", "data", "1"))));
            for (String operation : List.of("events", "batch_events")) {
                var refused =
                        hub.post(operation, operation.equals("events") ? EVENT.replace("\"c\"", "\"c0\"") : batch);
                assertThat(refused.statusCode()).isEqualTo(429);
                assertThat(refused.body()).contains("limits.publishes_per_second");
                assertThat(Integer.parseInt(
                                refused.headers().firstValue("Retry-After").orElse("")))
                        .isBetween(1, 96);
            }
            assertThat(hub.get("channels", Map.of()).statusCode()).isEqualTo(200);
            client.expectNothing();
        }
    }

    @Test
    void countABatchInTheRateLimitOfTheApp() throws Exception {
        try (var hub = limited("limits.publish_bytes_per_second", "1000B")) {
            var event = Map.of("name", "e", "channel", "c", "data", "x".repeat(10_000));
            String batch = Frames.json(Map.of("batch", Collections.nCopies(10, event)));
            assertThat(hub.post("batch_events", batch).statusCode()).isEqualTo(200);
            assertThat(hub.post("events", EVENT).statusCode()).isEqualTo(429);
        }
    }

    @Test
    void countTheEventsOfAllSocketsOfAnAddressInItsRateLimit() {
        try (var hub = limited("limits.publish_bytes_per_second", "100B");
                var first = hub.connect();
                var second = hub.connect();
                var user = hub.connect()) {
            for (PusherClient each : List.of(first, second, user)) each.subscribePrivate("private-x");
            user.signIn("alice");
            first.clientEvent("client-first", "private-x", "x".repeat(10_000));
            second.expect("client-first");
            user.expect("client-first");
            second.clientEvent("client-second", "private-x", "1");
            JsonNode error = second.expect("pusher:error").get("data");
            assertThat(error.get("code").intValue()).isEqualTo(4301);
            assertThat(error.get("message").stringValue()).contains("limits.publishes_per_second");
            user.clientEvent("client-user", "private-x", "1");
            first.expect("client-user");
        }
    }

    private static PusherHub limited(String limit, String rate) {
        return PusherHub.of(
                SHOP, "", PusherSettings.standard(), each -> each.port(0).set(limit, rate));
    }

    @Test
    void endAClientThatDoesNotReadAndDelayNoOtherOne() throws Exception {
        var settings = new PusherSettings(InstantSource.system(), 30, 50);
        try (var hub = PusherHub.of(SHOP, "", settings, each -> each.port(0).sendTimeout(Duration.ofSeconds(1)));
                var reader = hub.connect();
                var slow = connectRaw(hub)) {
            for (int i = 0; i < 49; i++)
                frame(slow, "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":\"c" + i + "\"}}");
            reader.subscribe("c0");
            while (!isOccupied(hub, "c48")) Thread.onSpinWait();
            String data = "x".repeat(10_000);
            // Until its buffers are full and its time is over.
            for (int i = 0; isOccupied(hub, "c48"); i++) {
                hub.trigger("c" + i % 49, "e" + i, data);
                if (i % 49 == 0) reader.expect("e" + i);
                assertThat(i).isLessThan(100_000);
            }
            for (int i = 1; i < 49; i++) reader.subscribe("c" + i);
        }
    }

    // --- frames

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"event\":\"pusher:subscribe\",\"data\":\"{\"}",
                "{\"event\":\"pusher:subscribe\",\"data\":[]}",
                "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":{}}}",
                "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":\"a\\u0000b\"}}",
                "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":\"c\",\"after\":\"nonsense ahead\"}}",
                "{\"event\":\"pusher:unsubscribe\",\"data\":null}",
                "{\"event\":\"client-x\"}",
                "{\"event\":\"client-x\",\"channel\":[],\"data\":{}}",
                "{\"event\":\"client-\\ud800\",\"channel\":\"private-x\",\"data\":\"\\ud800\"}",
                "{\"event\":\"pusher:pong\",\"data\":17}"
            })
    void surviveAnyMessage(String message) throws Exception {
        try (var hub = PusherHub.inMemory();
                var client = hub.connect()) {
            client.subscribePrivate("private-x");
            client.raw(message);
            client.send("pusher:ping", Map.of());
            assertThat(client.skipTo("pusher:pong")).isLessThanOrEqualTo(2);
            hub.trigger("private-x", "e", "1");
            client.expect("e");
        }
    }

    @Test
    void sendNoLongNamesBack() throws Exception {
        try (var hub = PusherHub.inMemory();
                var client = hub.connect()) {
            String name = "x".repeat(500_000);
            client.ask(name, Map.of());
            assertThat(client.expect("pusher:subscription_error").toString()).hasSizeLessThan(500);
            client.send(name, Map.of());
            assertThat(client.expect("pusher:error").toString()).hasSizeLessThan(500);
            client.raw("[".repeat(100_000));
            client.expect("pusher:error");
        }
    }

    @Test
    void endASocketWithAFrameThatIsTooLongOrBroken() throws Exception {
        try (var hub = PusherHub.inMemory();
                var other = hub.connect()) {
            try (var client = hub.connect()) {
                var sent = client.send("x".repeat((1 << 20) + 1));
                assertThat(client.closeCode()).isEqualTo(1009);
                assertThat(sent).isDone();
            }
            try (var raw = connectRaw(hub)) {
                raw.getOutputStream()
                        .write(new byte[] {(byte) 0x81, (byte) 0x82, 0, 0, 0, 0, (byte) 0xff, (byte) 0xfe});
                assertThat(closeCode(raw)).isEqualTo(1007);
            }
            try (var raw = connectRaw(hub)) {
                raw.getOutputStream().write(new byte[] {(byte) 0xf1, (byte) 0x80, 0, 0, 0, 0});
                assertThat(closeCode(raw)).isEqualTo(1002);
            }
            other.expectNothing();
        }
    }

    // --- requests

    @Test
    void takeABodyInPiecesAndRefuseOneThatIsTooLong() throws Exception {
        try (var hub = PusherHub.inMemory();
                var client = hub.connect()) {
            client.subscribe("c");
            String data = "x".repeat(9_000);
            byte[] body = EVENT.replace("1", data).getBytes(StandardCharsets.UTF_8);
            String query =
                    PusherHub.signed("POST", EVENT.replace("1", data), Map.of(), "/apps/shop/events", Instant.now());
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), hub.hub.port())) {
                socket.setTcpNoDelay(true);
                OutputStream out = socket.getOutputStream();
                out.write(("POST /apps/shop/events?" + query + " HTTP/1.1\r\nHost: localhost:" + hub.hub.port()
                                + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
                for (int i = 0; i < 5; i++) {
                    int from = body.length * i / 5;
                    out.write(body, from, body.length * (i + 1) / 5 - from);
                    out.flush();
                    if (i < 4) hub.get("channels", Map.of()); // A piece of its own: the hub has had time to read it.
                }
                assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                        .isEqualTo("HTTP/1.1 200");
            }
            assertThat(text(client.expect("e"))).isEqualTo(data);
            String tooLong = EVENT.replace("1", "x".repeat(1 << 20));
            assertThat(hub.post("events", tooLong).statusCode()).isEqualTo(413);
        }
    }

    @Test
    void takeASignatureForNothingElse() throws Exception {
        var now = new Instant[] {Instant.now()};
        var settings = new PusherSettings(() -> now[0], 30, 100);
        try (var hub = PusherHub.of(SHOP, "", settings, each -> each.port(0));
                var alice = hub.connect();
                var mallory = hub.connect()) {
            String signed = PusherHub.signed("POST", EVENT, Map.of(), "/apps/shop/events", now[0]);
            // Two equal requests within a second have equal signatures: nobody can tell a repetition from them.
            for (int i = 0; i < 2; i++)
                assertThat(hub.raw("POST", "events", EVENT, signed).statusCode())
                        .isEqualTo(200);
            assertThat(hub.raw("PUT", "events", EVENT, signed).statusCode()).isBetween(400, 499);
            now[0] = now[0].plusSeconds(601);
            assertThat(hub.raw("POST", "events", EVENT, signed).statusCode()).isEqualTo(401);

            String user = Frames.json(Map.of("id", "alice"));
            String auth = alice.auth(":user::" + user);
            mallory.send("pusher:signin", Map.of("data", Map.of("auth", auth, "user_data", user)));
            mallory.expect("pusher:error");
            assertThat(mallory.closeCode()).isEqualTo(4009);
            // An authorization of a channel is none of a sign-in, and that of a member is none of another one.
            String member = Frames.json(Map.of("user_id", "alice"));
            Map<String, Object> data = new HashMap<>();
            data.put("auth", alice.auth("presence-room:" + member));
            data.put("channel_data", member.replace("alice", "admin"));
            alice.ask("presence-room", data);
            assertThat(alice.refusal()).isEqualTo(401);
        }
    }

    // --- webhooks

    @Test
    void keepTheNewestOfMoreWebhooksThanMayWait() throws Exception {
        try (var receiver = new WebhookReceiver();
                var hub = PusherHub.of(SHOP.withWebhook(receiver.uri()), "")) {
            receiver.refuses = true;
            var webhooks = new Webhooks(SHOP.withWebhook(receiver.uri()), hub.hub, InstantSource.system());
            String data = "x".repeat(10_000);
            for (int i = 0; i < 2_000; i++) webhooks.add(Map.of("n", i, "data", data));
            receiver.refuses = false;
            List<JsonNode> events = new ArrayList<>();
            do {
                events.addAll(receiver.next());
            } while (events.getLast().get("n").intValue() < 1_999);
            int size = 16 << 20;
            assertThat(events).hasSizeGreaterThan(size / 11_000).hasSizeLessThan(2_000);
        }
    }

    // --- a client without a library

    private static Socket connectRaw(PusherHub hub) throws Exception {
        var socket = new Socket(InetAddress.getLoopbackAddress(), hub.hub.port());
        socket.setSoTimeout(30_000);
        socket.getOutputStream()
                .write(("GET /app/key-1?protocol=7 HTTP/1.1\r\nHost: localhost:" + hub.hub.port()
                                + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13"
                                + "\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static void frame(Socket socket, String text) throws Exception {
        socket.getOutputStream().write(frame(text));
    }

    private static byte[] frame(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        byte[] frame = new byte[6 + bytes.length];
        frame[0] = (byte) 0x81;
        frame[1] = (byte) (0x80 | bytes.length);
        System.arraycopy(bytes, 0, frame, 6, bytes.length); // Masked with zeros.
        return frame;
    }

    /// Reads to the end: the close frame is last.
    private static int closeCode(Socket socket) throws Exception {
        byte[] all = socket.getInputStream().readAllBytes();
        String text = new String(all, StandardCharsets.ISO_8859_1);
        int close = text.lastIndexOf('\u0088');
        return (all[close + 2] & 0xff) << 8 | all[close + 3] & 0xff;
    }

    private static boolean isOccupied(PusherHub hub, String channel) throws Exception {
        return hub.get("channels/" + channel, Map.of("info", "subscription_count"))
                .body()
                .contains("\"subscription_count\":1");
    }
}
