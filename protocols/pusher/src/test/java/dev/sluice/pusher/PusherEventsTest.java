package dev.sluice.pusher;

import static dev.sluice.pusher.PusherClient.text;
import static dev.sluice.pusher.PusherHub.SHOP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Message;
import dev.sluice.core.Ports;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// The events of Pusher's server libraries and of its clients.
final class PusherEventsTest {
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
    void deliverTheLastEventOfAKeyIfItHasData() throws Exception {
        try (var hub = PusherHub.inMemory();
                var client = hub.connect()) {
            client.subscribe("c");
            var channel = hub.hub.channel("pusher/shop/c");
            channel.publish(Message.text("").type("e").key("k").removingKey());
            channel.publish(Message.text("last words").type("e").key("k").removingKey());
            assertThat(text(client.expect("e"))).isEqualTo("last words");
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
}
