package dev.sluice.pusher;

import static dev.sluice.pusher.PusherClient.text;
import static dev.sluice.pusher.PusherHub.SHOP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Message;
import dev.sluice.Sluice;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// What Pusher's clients rely on, over real sockets.
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

    @Test
    void sendTheNewestCachedEventThatSubscribersGet() throws Exception {
        try (var hub = PusherHub.inMemory();
                var first = hub.connect();
                var second = hub.connect()) {
            var channel = hub.hub.channel("pusher/shop/cache-price");
            channel.publish(Message.text("forged").type("pusher:changed"));
            first.subscribe("cache-price");
            first.expect("pusher:cache_miss");
            hub.trigger("cache-price", "changed", "1");
            hub.trigger("cache-price", "changed", "2");
            channel.publish(Message.text("forged").type("pusher:changed"));
            channel.publish(Message.text("").key("k").removingKey());
            second.subscribe("cache-price");
            assertThat(text(second.expect("changed"))).isEqualTo("2");
            hub.trigger("cache-price", "changed", "3");
            assertThat(text(second.expect("changed"))).isEqualTo("3");
        }
    }

    // --- users

    @Test
    void nameAUserAsTheClientDoes() throws Exception {
        String user = "a.b *c/ü+%";
        try (var hub = PusherHub.inMemory();
                var client = hub.connect()) {
            client.signIn(user);
            client.subscribe("#server-to-user-" + user);
            hub.trigger("#server-to-user-" + user, "hi", "1");
            assertThat(client.expect("hi").get("channel").stringValue()).isEqualTo("#server-to-user-" + user);
            String path =
                    "users/" + URLEncoder.encode(user, StandardCharsets.UTF_8).replace("+", "%20");
            assertThat(hub.post(path, "").statusCode()).isEqualTo(404);
            assertThat(hub.post(path + "/terminate_connections", "").statusCode())
                    .isEqualTo(200);
            assertThat(client.closeCode()).isEqualTo(4009);
        }
    }

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
    void sendWhatFollowsTheDeletionOfAnEndedChannel() throws Exception {
        var settings = new PusherSettings(InstantSource.system(), 1, 10);
        try (var hub = PusherHub.of(SHOP, "", settings, each -> each.port(0));
                var client = hub.connect()) {
            client.ask("c", Map.of());
            client.next("pusher_internal:subscription_succeeded");
            var channel = hub.hub.channel("pusher/shop/c");
            channel.publish(Message.text("last").type("e").closing());
            assertThat(text(client.next("e"))).isEqualTo("last");
            client.expect("pusher:ping");
            channel.delete();
            hub.trigger("c", "e", "first");
            assertThat(text(client.next("e"))).isEqualTo("first");
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
