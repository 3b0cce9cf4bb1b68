package dev.sluice.pusher;

import static dev.sluice.pusher.PusherClient.data;
import static dev.sluice.pusher.PusherClient.text;
import static dev.sluice.pusher.PusherHub.SHOP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Message;
import dev.sluice.Sluice;
import dev.sluice.core.Ports;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// What Pusher's clients and server libraries rely on, over real sockets.
final class PusherTest {
    // --- connections

    @Test
    void deliverWhatTheSignedApiTriggersToSubscribers() throws Exception {
        try (var hub = PusherHub.inMemory();
                var client = hub.connect()) {
            client.subscribe("orders");
            hub.trigger("orders", "paid", "{\"id\":7}");
            JsonNode event = client.expect("paid");
            assertThat(event.get("channel").stringValue()).isEqualTo("orders");
            assertThat(text(event)).isEqualTo("{\"id\":7}");
            assertThat(event.get("id")).isNull();
        }
    }

    @Test
    void greetWithAUniqueSocketIdOfDigitsAndATimeout() {
        try (var hub = PusherHub.inMemory()) {
            Set<String> ids = new HashSet<>();
            for (int i = 0; i < 1_000; i++) {
                try (var client = hub.open("key-1?protocol=7")) {
                    JsonNode greeting = client.greeted();
                    assertThat(greeting.get("activity_timeout").intValue()).isEqualTo(30);
                    assertThat(client.socketId()).matches("[0-9]+\\.[0-9]+");
                    assertThat(ids.add(client.socketId())).isTrue();
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"other?protocol=7,4001", "key-1,4008", "key-1?protocol=x,4006", "key-1?protocol=4,4007"})
    void closeWithACodeAfterWhichClientsDoNotReturn(String key, int code) throws Exception {
        try (var hub = PusherHub.inMemory();
                var client = hub.open(key)) {
            JsonNode error = client.expect("pusher:error").get("data");
            assertThat(error.get("code").intValue()).isEqualTo(code);
            assertThat(client.closeCode()).isEqualTo(code);
        }
    }

    @Test
    void refuseConnectionsBeyondTheAppsLimit() throws Exception {
        try (var hub = PusherHub.of(SHOP.withConnectionsMax(1), "");
                var first = hub.connect();
                var second = hub.open("key-1?protocol=7")) {
            second.expect("pusher:error");
            assertThat(second.closeCode()).as("clients return after 41xx").isEqualTo(4100);
            first.expectNothing();
        }
    }

    @Test
    void keepAClientThatAnswersControlFramesOnly() throws Exception {
        var settings = new PusherSettings(InstantSource.system(), 1, 10);
        try (var hub = PusherHub.of(SHOP, "", settings, each -> each.port(0));
                var client = hub.connect()) {
            client.subscribe("c");
            for (int windows = 0; windows < 3; windows++) client.expect("pusher:ping");
            hub.trigger("c", "e", "1");
            client.expect("e");
        }
    }

    @Test
    void answerWhatIsNoMessageAndGoOn() {
        try (var hub = PusherHub.inMemory();
                var client = hub.connect()) {
            for (String each : List.of("{", "[]", "1", "{\"event\":1}", "{\"event\":\"pusher:other\"}")) {
                client.raw(each);
                client.expect("pusher:error");
            }
            client.raw("{\"event\":\"pusher:subscribe\"}");
            client.expect("pusher:subscription_error");
            client.subscribe("orders");
        }
    }

    // --- signatures

    @Test
    void checkEachFieldOfASignedQuery() throws Exception {
        try (var hub = PusherHub.inMemory();
                var client = hub.connect()) {
            client.join("presence-room", "alice", "Alice");
            Map<String, String> query = Map.of("filter_by_prefix", "presence-", "info", "user_count");
            HttpResponse<String> answer = hub.get("channels", query);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.body()).contains("presence-room");

            String signed = PusherHub.signed("GET", "", query, "/apps/shop/channels", Instant.now());
            for (String each : List.of(
                    signed.replace("presence-", "presence"),
                    signed.replace("user_count", "user_counts"),
                    signed.replace("auth_key=key-1", "auth_key=key-2"),
                    signed.replace("auth_version=1.0", "auth_version=1.1"),
                    signed + "&more=1",
                    "INFO=more&" + signed,
                    signed + "&info=user_count",
                    signed + "&body_md5=" + Signature.md5(new byte[0]),
                    signed.substring(0, signed.length() - 1),
                    "")) {
                assertThat(hub.raw("GET", "channels", "", each).statusCode())
                        .as(each)
                        .isEqualTo(401);
            }
        }
    }

    @Test
    void refuseOldTimesAndOtherBodies() throws Exception {
        try (var hub = PusherHub.inMemory()) {
            String path = "/apps/shop/events";
            String body = "{\"name\":\"e\",\"channel\":\"c\",\"data\":\"1\"}";
            for (int seconds : new int[] {-620, 620}) {
                HttpResponse<String> late = hub.send(
                        "POST", "events", body, Map.of(), path, Instant.now().plusSeconds(seconds));
                assertThat(late.statusCode()).isEqualTo(401);
                assertThat(late.body()).contains("Timestamp expired");
            }
            String signed = PusherHub.signed("POST", body, Map.of(), path, Instant.now());
            for (String other : List.of(body.replace("1", "2"), "")) {
                assertThat(hub.raw("POST", "events", other, signed).statusCode())
                        .isEqualTo(401);
            }
            for (String elsewhere : List.of("batch_events", "users/alice/terminate_connections")) {
                assertThat(hub.raw("POST", elsewhere, body, signed).statusCode())
                        .isEqualTo(401);
            }
            assertThat(hub.raw("POST", "events", body, signed).statusCode()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/apps/shop/events", "/ws/apps/shop/events"})
    void takeSignaturesWithAndWithoutThePrefix(String signedPath) throws Exception {
        try (var hub = PusherHub.of(SHOP, "/ws");
                var client = hub.connect()) {
            client.subscribe("c");
            String body = "{\"name\":\"e\",\"channel\":\"c\",\"data\":\"1\"}";
            HttpResponse<String> answer = hub.send("POST", "events", body, Map.of(), signedPath, Instant.now());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            client.expect("e");
        }
    }

    // --- private channels

    @Test
    void refuseAPrivateChannelWithoutItsAuthorization() throws Exception {
        try (var hub = PusherHub.inMemory();
                var client = hub.connect();
                var other = hub.connect()) {
            other.subscribePrivate("private-x");
            Map<String, Object> absent = new HashMap<>();
            absent.put("auth", null);
            for (Map<String, ?> each : List.of(
                    Map.<String, Object>of(),
                    absent,
                    Map.of("auth", 7),
                    Map.of("auth", "key-1:"),
                    Map.of("auth", client.auth("private-y")),
                    Map.of("auth", other.auth("private-x")))) {
                client.ask("private-x", each);
                assertThat(client.refusal()).isEqualTo(401);
            }
            hub.trigger("private-x", "e", "1");
            other.expect("e");
            client.expectNothing();
            client.subscribePrivate("private-x");
        }
    }

    @Test
    void sendAnErrorForASecondSubscriptionAndEachEventOnce() throws Exception {
        try (var hub = PusherHub.inMemory();
                var client = hub.connect()) {
            client.subscribe("orders");
            client.ask("orders", Map.of());
            client.expect("pusher:error");
            hub.trigger("orders", "e", "1");
            client.expect("e");
            client.expectNothing();
            client.send("pusher:unsubscribe", Map.of("data", Map.of("channel", "orders")));
            client.subscribe("orders");
        }
    }

    @Test
    void passTheDataOfEncryptedChannelsOnByteForByte() throws Exception {
        try (var hub = PusherHub.inMemory();
                var client = hub.connect()) {
            client.ask("private-encrypted-x", Map.of());
            client.expect("pusher:subscription_error");
            client.subscribePrivate("private-encrypted-x");
            String sealed = "{ \"nonce\":\"AbC/+=\",\"ciphertext\" : \"x\\u0041==\"}";
            hub.trigger("private-encrypted-x", "e", sealed);
            assertThat(text(client.expect("e"))).isEqualTo(sealed);
        }
    }

    // --- events

    @Test
    void deliverDataAsTheSameStringEncodedOnce() throws Exception {
        try (var hub = PusherHub.inMemory();
                var client = hub.connect()) {
            client.subscribe("c");
            for (String each : List.of("hello", "\"hello\"", "{\"a\":1.0}", "5", "", "1e2", "é\u2028\n", "{", "nul")) {
                hub.trigger("c", "e", each);
                assertThat(text(client.expect("e"))).isEqualTo(each);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "message",
                "error",
                "open",
                "sluice.x",
                "a, b",
                "pusher.event",
                "App\\Events\\Orders\\OrderShipmentStatusUpdatedForTheCustomerOfTheShop"
            })
    void keepEveryName(String name) throws Exception {
        try (var hub = PusherHub.inMemory();
                var client = hub.connect()) {
            client.subscribe("c");
            hub.trigger("c", name, "[1]");
            assertThat(text(client.expect(name))).isEqualTo("[1]");
        }
    }

    @Test
    void leaveOutTheSocketOfThePublisher() throws Exception {
        try (var hub = PusherHub.inMemory();
                var sender = hub.connect();
                var other = hub.connect()) {
            sender.subscribe("c");
            other.subscribe("c");
            hub.trigger("c", "first", "1", sender.socketId());
            hub.trigger("c", "second", "2");
            other.expect("first");
            other.expect("second");
            sender.expect("second");
        }
    }

    @Test
    void leaveOutTheSocketOfAPublisherAtAnotherListener() throws Exception {
        int ports = Ports.inARow(2);
        String body = "{\"name\":\"first\",\"channel\":\"c\",\"data\":\"1\",\"socket_id\":\"%s\"}";
        try (var hub = PusherHub.of(
                        SHOP,
                        "",
                        PusherSettings.standard(),
                        each -> each.listen(Map.of("port", ports)).listen(Map.of("port", ports + 1)));
                var sender = hub.connect()) {
            sender.subscribe("c");
            String event = body.formatted(sender.socketId());
            String signed = PusherHub.signed("POST", event, Map.of(), "/apps/shop/events", Instant.now());
            for (int port : new int[] {ports, ports + 1}) {
                var uri = URI.create("http://127.0.0.1:" + port + "/apps/shop/events?" + signed);
                var request = HttpRequest.newBuilder(uri).POST(BodyPublishers.ofString(event));
                assertThat(hub.http
                                .send(request.build(), BodyHandlers.discarding())
                                .statusCode())
                        .isEqualTo(200);
            }
            hub.trigger("c", "second", "2");
            sender.expect("second");
        }
    }

    @Test
    void countTheBytesOfDataAndNotItsCharacters() throws Exception {
        try (var hub = PusherHub.inMemory()) {
            hub.trigger("c", "e", "é".repeat(5_120));
            String tooLong = Frames.json(Map.of("name", "e", "channel", "c", "data", "é".repeat(5_121)));
            assertThat(hub.post("events", tooLong).statusCode()).isEqualTo(413);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "[]",
                "{\"name\":\"e\",\"channel\":\"c\"}",
                "{\"name\":\"e\",\"data\":\"1\"}",
                "{\"name\":\"e\",\"channel\":\"a/b\",\"data\":\"1\"}",
                "{\"name\":\"e\",\"channel\":\"..\",\"data\":\"1\"}",
                "{\"name\":\"e\\ud800\",\"channel\":\"c\",\"data\":\"1\"}",
                "{\"name\":\"e\",\"channel\":\"c\",\"data\":\"\\ud800\"}",
                "{\"name\":\"pusher:error\",\"channel\":\"c\",\"data\":\"1\"}",
                "{\"name\":\"e\",\"channel\":\"c\",\"data\":\"1\",\"socket_id\":\"x\"}"
            })
    void refuseInvalidEvents(String body) throws Exception {
        try (var hub = PusherHub.inMemory()) {
            assertThat(hub.post("events", body).statusCode()).isEqualTo(400);
        }
    }

    @Test
    void takeUpToTenEventsABatchAndAHundredChannelsAnEvent() throws Exception {
        try (var hub = PusherHub.inMemory();
                var client = hub.connect()) {
            client.subscribe("c");
            List<Map<String, Object>> batch = new ArrayList<>();
            for (int i = 0; i < 10; i++) batch.add(Map.of("name", "e" + i, "channel", "c", "data", "" + i));
            batch.set(3, Map.of("name", "e3", "channel", "c", "data", "3", "socket_id", client.socketId()));
            HttpResponse<String> answer = hub.post("batch_events", Frames.json(Map.of("batch", batch)));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            for (int i = 0; i < 10; i++) if (i != 3) client.expect("e" + i);
            batch.add(batch.getFirst());
            assertThat(hub.post("batch_events", Frames.json(Map.of("batch", batch)))
                            .statusCode())
                    .isEqualTo(400);

            List<String> channels = new ArrayList<>();
            for (int i = 0; i < 100; i++) channels.add("c" + i);
            Map<String, Object> event = Map.of("name", "e", "data", "1", "channels", channels);
            assertThat(hub.post("events", Frames.json(event)).statusCode()).isEqualTo(200);
            channels.add("more");
            assertThat(hub.post("events", Frames.json(event)).statusCode()).isEqualTo(400);
        }
    }

    // --- events of clients

    @Test
    void relayEventsOfClientsToOtherMembersOfTheChannelOnly() throws Exception {
        try (var hub = PusherHub.inMemory();
                var sender = hub.connect();
                var other = hub.connect()) {
            other.subscribePrivate("private-x");
            other.subscribe("public");
            sender.subscribe("public");
            sender.clientEvent("client-a", "private-x", Map.of("a", 1));
            sender.clientEvent("client-a", "public", Map.of("a", 1));
            for (int i = 0; i < 2; i++) sender.expect("pusher:error");
            sender.subscribePrivate("private-x");
            sender.clientEvent("client-b", "private-x", Map.of("a", 1));
            JsonNode event = other.expect("client-b");
            assertThat(text(event)).isEqualTo("{\"a\":1}");
            assertThat(event.get("user_id")).isNull();
            sender.expectNothing();
        }
    }

    @Test
    void sayWhichMemberSentAnEvent() {
        try (var hub = PusherHub.inMemory();
                var alice = hub.connect();
                var bob = hub.connect()) {
            alice.join("presence-room", "alice", "Alice");
            bob.join("presence-room", "bob", "Bob");
            alice.expect("pusher_internal:member_added");
            Map<String, String> forged = Map.of("channel", "presence-room", "data", "…", "user_id", "alice");
            bob.send("client-typing", forged);
            assertThat(alice.expect("client-typing").get("user_id").stringValue())
                    .isEqualTo("bob");
        }
    }

    @Test
    void limitTheRateOfClientEventsAndRefuseThemUnlessTheAppTakesThem() {
        try (var hub = PusherHub.inMemory();
                var client = hub.connect();
                var other = hub.connect()) {
            client.subscribePrivate("private-x");
            other.subscribePrivate("private-x");
            for (int i = 0; i < 40; i++) client.clientEvent("client-" + i, "private-x", i);
            JsonNode error = client.expect("pusher:error").get("data");
            assertThat(error.get("code").intValue()).isEqualTo(4301);
            for (int i = 0; i < 10; i++) other.expect("client-" + i);
        }
        PusherApp without = PusherApp.of("shop", "key-1", "secret-1");
        try (var hub = PusherHub.of(without, "");
                var client = hub.connect()) {
            client.subscribePrivate("private-x");
            client.clientEvent("client-a", "private-x", 1);
            assertThat(client.expect("pusher:error").get("data").get("code").intValue())
                    .isEqualTo(4300);
        }
    }

    // --- presence

    @Test
    void countAUserOnceHoweverManySocketsItHas() throws Exception {
        try (var hub = PusherHub.inMemory();
                var alice = hub.connect()) {
            alice.join("presence-room", "alice", "Alice");
            var first = hub.connect();
            first.join("presence-room", "bob", "Bob");
            JsonNode added = data(alice.expect("pusher_internal:member_added"));
            assertThat(added.get("user_id").stringValue()).isEqualTo("bob");
            assertThat(added.get("user_info").get("name").stringValue()).isEqualTo("Bob");

            var second = hub.connect();
            JsonNode list = data(second.join("presence-room", "bob", "Bob")).get("presence");
            assertThat(list.get("count").intValue()).isEqualTo(2);
            assertThat(list.get("ids").isArray()).isTrue();
            assertThat(list.get("ids").size()).isEqualTo(2);
            assertThat(list.get("hash").size()).isEqualTo(2);
            assertThat(list.get("hash").get("alice").get("name").stringValue()).isEqualTo("Alice");
            HttpResponse<String> users = hub.get("channels/presence-room/users", Map.of());
            assertThat(users.body()).contains("\"alice\"").contains("\"bob\"");
            assertThat(hub.get("channels/orders/users", Map.of()).statusCode()).isEqualTo(400);

            first.close();
            hub.trigger("presence-room", "marker", "1");
            alice.expect("marker");
            second.close();
            JsonNode removed = data(alice.expect("pusher_internal:member_removed"));
            assertThat(removed.get("user_id").stringValue()).isEqualTo("bob");
            alice.expectNothing();
        }
    }

    @Test
    void announceNoLeaveOfAMemberThatReloads() throws Exception {
        try (var hub = PusherHub.of(
                        SHOP,
                        "",
                        PusherSettings.standard(),
                        each -> each.port(0).set("subscribe.presence_linger", "2s"));
                var alice = hub.connect()) {
            alice.join("presence-room", "alice", "Alice");
            var bob = hub.connect();
            bob.join("presence-room", "bob", "Bob");
            alice.expect("pusher_internal:member_added");
            bob.close();
            try (var again = hub.connect()) {
                again.join("presence-room", "bob", "Bob");
                // Members leave in the order in which they went: bob would be before carol.
                var carol = hub.connect();
                carol.join("presence-room", "carol", "Carol");
                assertThat(text(alice.expect("pusher_internal:member_added"))).contains("carol");
                carol.close();
                assertThat(text(alice.expect("pusher_internal:member_removed"))).contains("carol");
            }
            assertThat(text(alice.expect("pusher_internal:member_removed"))).contains("bob");
        }
    }

    @Test
    void keepTheDataOfMembersOnlyWhileTheyArePresent() throws Exception {
        var removed = new LinkedBlockingQueue<String>();
        try (var hub = PusherHub.inMemory();
                var alice = hub.connect()) {
            hub.hub.channels("$program/pusher/pusher/shop/presence-room").subscribe(each -> {
                if (each.isRemoved()) removed.add(each.key().orElseThrow());
            });
            alice.join("presence-room", "alice", "Alice");
            for (String name : List.of("Bob", "Bob", "Robert")) {
                var bob = hub.connect();
                bob.join("presence-room", "bob", name);
                assertThat(text(alice.expect("pusher_internal:member_added"))).contains(name);
                bob.close();
                alice.expect("pusher_internal:member_removed");
                assertThat(removed.poll(30, TimeUnit.SECONDS)).isEqualTo("bob");
            }
        }
    }

    @Test
    void shareTheirMembersWithTheHub() throws Exception {
        try (var hub = PusherHub.inMemory();
                var alice = hub.connect()) {
            alice.join("presence-room", "alice", "Alice");
            try (var _ = hub.hub.channel("pusher/shop/presence-room").join("carol");
                    var _ = hub.hub.channel("pusher/shop").join("no name/of a channel")) {
                assertThat(hub.get("channels", Map.of()).body()).isEqualTo("{\"channels\":{\"presence-room\":{}}}");
                JsonNode added = data(alice.expect("pusher_internal:member_added"));
                assertThat(added.get("user_id").stringValue()).isEqualTo("carol");
            }
            alice.expect("pusher_internal:member_removed");
        }
    }

    // --- cache channels

    @Test
    void sendTheNewestEventOfACacheChannelOrAMiss() throws Exception {
        try (var hub = PusherHub.inMemory();
                var first = hub.connect();
                var second = hub.connect()) {
            first.subscribe("cache-price");
            first.expect("pusher:cache_miss");
            hub.trigger("cache-price", "changed", "1");
            hub.trigger("cache-price", "changed", "2", second.socketId());
            first.expect("changed");
            first.expect("changed");
            second.subscribe("cache-price");
            assertThat(text(second.expect("changed"))).isEqualTo("2");
            second.expectNothing();
        }
    }

    // --- users

    @Test
    void sendToTheSocketsOfAUserAndEndThem() throws Exception {
        try (var hub = PusherHub.inMemory();
                var alice = hub.connect();
                var bob = hub.connect()) {
            bob.ask("#server-to-user-alice", Map.of());
            bob.expect("pusher:subscription_error");
            alice.signIn("alice");
            alice.subscribe("#server-to-user-alice");
            bob.signIn("bob");
            bob.ask("#server-to-user-alice", Map.of());
            bob.expect("pusher:subscription_error");
            hub.trigger("#server-to-user-alice", "hi", "1");
            alice.expect("hi");
            assertThat(hub.get("channels", Map.of()).body()).isEqualTo("{\"channels\":{}}");

            assertThat(hub.post("users/alice/terminate_connections", "").statusCode())
                    .isEqualTo(200);
            assertThat(alice.closeCode()).isEqualTo(4009);
            bob.expectNothing();
            bob.send("pusher:signin", Map.of("data", Map.of("auth", "key-1:x", "user_data", "{\"id\":\"alice\"}")));
            bob.expect("pusher:error");
            assertThat(bob.closeCode()).isEqualTo(4009);
        }
    }

    // --- webhooks

    @Test
    void reportOccupiedChannelsMembersEventsAndMisses() throws Exception {
        try (var receiver = new WebhookReceiver();
                var hub = PusherHub.of(SHOP.withWebhook(receiver.uri()), "")) {
            var client = hub.connect();
            client.join("presence-cache-room", "alice", "Alice");
            client.expect("pusher:cache_miss");
            client.clientEvent("client-a", "presence-cache-room", 1);
            List<JsonNode> events = receiver.take(4);
            assertThat(WebhookReceiver.names(events))
                    .containsExactlyInAnyOrder("channel_occupied", "member_added", "cache_miss", "client_event");
            client.close();
            List<JsonNode> last = receiver.take(2);
            assertThat(WebhookReceiver.names(last)).containsExactlyInAnyOrder("channel_vacated", "member_removed");
            events.addAll(last);
            for (JsonNode each : events) {
                assertThat(each.get("channel").stringValue()).isEqualTo("presence-cache-room");
                if (each.get("name").stringValue().matches("member.*|client_event"))
                    assertThat(each.get("user_id").stringValue()).isEqualTo("alice");
            }
        }
    }

    @Test
    void reportNoLeaveOfAMemberThatReloads() throws Exception {
        try (var receiver = new WebhookReceiver();
                var hub = PusherHub.of(
                        SHOP.withWebhook(receiver.uri()),
                        "",
                        PusherSettings.standard(),
                        each -> each.port(0).set("subscribe.presence_linger", "2s"))) {
            var before = hub.connect();
            before.join("presence-room", "alice", "Alice");
            before.close();
            var reloaded = hub.connect();
            reloaded.join("presence-room", "alice", "Alice");
            reloaded.clientEvent("client-a", "presence-room", 1);
            assertThat(WebhookReceiver.names(receiver.take(3)))
                    .containsExactlyInAnyOrder("channel_occupied", "member_added", "client_event");
            reloaded.close();
            assertThat(WebhookReceiver.names(receiver.take(2)))
                    .containsExactlyInAnyOrder("channel_vacated", "member_removed");
        }
    }

    // --- channels of the hub

    @Test
    void resumeAfterTheLastEventOfAClientThatAsksForIds() throws Exception {
        try (var hub = PusherHub.inMemory()) {
            String last;
            try (var client = hub.connect("?protocol=7&ids=true")) {
                client.subscribe("c");
                hub.trigger("c", "e", "1");
                last = client.expect("e").get("id").stringValue();
            }
            hub.trigger("c", "e", "2");
            hub.trigger("c", "e", "3");
            try (var client = hub.connect("?protocol=7&ids=true")) {
                client.ask("c", Map.of("after", last));
                client.expect("pusher_internal:subscription_succeeded");
                for (String each : List.of("2", "3"))
                    assertThat(text(client.expect("e"))).isEqualTo(each);
                client.expectNothing();
            }
        }
    }

    @Test
    void shareOneOrderWithThePublishersAndReadersOfTheChannel() throws Exception {
        try (var hub = PusherHub.inMemory();
                var client = hub.connect()) {
            client.subscribe("c");
            var channel = hub.hub.channel("pusher/shop/c");
            hub.trigger("c", "e", "{\"n\":1}");
            channel.publish("two");
            channel.publish(Message.json(Map.of("n", 3)).type("e"));
            channel.publish(Message.text("forged").type("pusher_internal:member_added"));
            hub.trigger("c", "e", "four");
            assertThat(text(client.expect("e"))).isEqualTo("{\"n\":1}");
            assertThat(text(client.expect("message"))).isEqualTo("two");
            assertThat(text(client.expect("e"))).isEqualTo("{\"n\":3}");
            assertThat(text(client.expect("e"))).isEqualTo("four");
            assertThat(hub.hub
                            .channels("pusher/shop/c")
                            .earliest()
                            .read(10, Duration.ZERO)
                            .events())
                    .extracting(event -> event.contentType())
                    .containsExactly("application/json", "text/plain", "application/json", "text/plain", "text/plain");
        }
    }

    // --- configuration

    @Test
    void readAppsFromAFile(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(
                folder.resolve("pusher.properties"),
                "a.key = k1\na.secret_env = A\na.client_events = true\nb.key = k2\nb.secret = s2\nb.channels = shop/b\n");
        assertThat(AppFile.read(file, Map.of("A", "s1")))
                .containsExactly(
                        PusherApp.of("a", "k1", "s1").withClientEvents(),
                        PusherApp.of("b", "k2", "s2").withChannels("shop/b"));
        assertThatThrownBy(() -> AppFile.read(file, Map.of())).hasMessageContaining("'a' has no secret");
        Files.writeString(file, "a.secrets = x\n");
        assertThatThrownBy(() -> AppFile.read(file, Map.of())).hasMessageContaining("'a.secrets'");
        PusherApp app = PusherApp.of("a", "k1", "s1");
        PusherApp other = PusherApp.of("b", "k2", "s2");
        for (PusherApp each : List.of(PusherApp.of("b", "k1", "s2"), other.withChannels("pusher/a/users"))) {
            assertThatThrownBy(() -> Pusher.on(Sluice.inMemory(), "", List.of(app, each)))
                    .hasMessageContaining("shares");
        }
    }
}
