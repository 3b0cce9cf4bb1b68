package dev.sluice.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventFields;
import dev.sluice.core.log.Retention;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.server.RawClient;
import dev.sluice.server.TestServer;
import dev.sluice.server.publish.PublishSettings;
import dev.sluice.server.session.SessionClient.Form;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

final class SessionTest {
    @AutoClose
    private final TestServer server = TestServer.start();

    @ParameterizedTest
    @EnumSource
    void welcomesWithSessionClientHeartbeatAndTheLongestMessage(Form form) {
        try (var client = SessionClient.open(server, form, "?client=alice&heartbeat=20")) {
            JsonNode welcome = client.expect("welcome");
            assertThat(welcome.path("session").asString()).matches("[0-9a-f]{32}");
            assertThat(welcome.path("client").asString()).isEqualTo("alice");
            assertThat(welcome.path("heartbeat").asInt()).isEqualTo(20);
            assertThat(welcome.path("messageBytesMax").asInt()).isEqualTo(PublishSettings.DEFAULTS.lineBytesMax());
        }
    }

    @ParameterizedTest
    @EnumSource
    void ignoresATokenWithoutKeys(Form form) {
        try (var client = SessionClient.open(server, form)) {
            client.expect("welcome");
            client.send("{'op':'hello','token':'of a page that has them for another hub'}");
            client.expect("welcome");
        }
    }

    @ParameterizedTest
    @EnumSource
    void deliversEachSubscriptionWithItsRefInOrder(Form form) {
        try (var client = SessionClient.open(server, form)) {
            client.send(
                    "{'op':'subscribe','ref':1,'channels':['a','c/*']}",
                    "{'op':'subscribe','ref':'two','channels':['b']}");
            client.next("ok");
            client.next("ok");
            Map<String, List<String>> published =
                    new TreeMap<>(Map.of("1", new ArrayList<>(), "two", new ArrayList<>()));
            for (int i = 0; i < 300; i++) {
                String channel = List.of("a", "b", "c/x").get(i % 3);
                String id = server.publish(channel, "event " + i).text();
                published.get(channel.equals("b") ? "two" : "1").add(id);
            }
            Map<String, List<String>> received =
                    new TreeMap<>(Map.of("1", new ArrayList<>(), "two", new ArrayList<>()));
            for (int i = 0; i < 300; i++) {
                JsonNode event = client.expect("event");
                assertThat(event.path("data").asString()).startsWith("event ");
                received.get(event.path("ref").asString()).add(event.path("id").asString());
            }
            assertThat(received).isEqualTo(published);
        }
    }

    @ParameterizedTest
    @EnumSource
    void resumesWhereAnotherTransportStopped(Form form) {
        String first = server.publish("a", "one").text();
        String second = server.publish("a", "two").text();
        try (var client = SessionClient.open(server, form)) {
            client.send("{'op':'subscribe','ref':1,'channels':['a'],'after':'%s'}".formatted(first));
            client.next("ok");
            assertThat(client.expect("event").path("id").asString()).isEqualTo(second);
        }
        assertThat(server.get("/channels/a?after=" + first).body()).contains(second);
    }

    @ParameterizedTest
    @EnumSource
    void startsWhereTheSubscriptionSays(Form form) {
        for (int i = 0; i < 5; i++) server.publish("a", "event " + i);
        server.publish(keyed("k", "old"));
        server.publish(keyed("k", "new"));
        try (var client = SessionClient.open(server, form)) {
            client.send("{'op':'subscribe','ref':1,'channels':['a'],'last':2}");
            client.next("ok");
            assertThat(client.expect("event").path("data").asString()).isEqualTo("event 3");
            assertThat(client.expect("event").path("data").asString()).isEqualTo("event 4");
            client.send("{'op':'subscribe','ref':2,'channels':['keyed'],'snapshot':true,'type':['message','x']}");
            assertThat(client.next("event").path("data").asString()).isEqualTo("new");
            client.send("{'op':'subscribe','ref':3,'channels':'a','after':'earliest'}");
            assertThat(client.next("event").path("data").asString()).isEqualTo("event 0");
        }
    }

    private static Draft keyed(String key, String text) {
        return Draft.event(new ChannelName("keyed"), "message", EventFields.ofKey(key), TestServer.text(text));
    }

    @ParameterizedTest
    @EnumSource
    void failsOnlyTheSubscriptionThatCannotBeServed(Form form) {
        var log = MemoryLog.builder(InstantSource.system())
                .retention(_ -> Retention.events(10))
                .open();
        try (var small = TestServer.start(log);
                var client = SessionClient.open(small, form)) {
            String lost = small.publish("a", "lost").text();
            small.publishAtOnce("a", 100);
            client.expect("welcome");
            client.send(
                    "{'op':'subscribe','ref':1,'channels':['a//b']}",
                    "{'op':'subscribe','ref':2,'channels':['a'],'after':'%s','gap':'fail'}".formatted(lost),
                    "{'op':'subscribe','ref':3,'channels':['a'],'after':'%s'}".formatted(lost),
                    "{'op':'subscribe','ref':3,'channels':['b']}");
            // Each cursor is resolved at its own pace, so the answers come in any order.
            List<JsonNode> invalidName = new ArrayList<>();
            List<JsonNode> gap = new ArrayList<>();
            List<String> third = new ArrayList<>();
            while (invalidName.isEmpty() || gap.isEmpty() || !third.containsAll(List.of("ok", "gap", "error"))) {
                JsonNode next = client.next();
                switch (next.path("ref").asInt()) {
                    case 1 -> invalidName.add(next);
                    case 2 -> gap.add(next);
                    case 3 -> third.add(next.path("op").asString());
                    default -> assertThat(next.path("op").asString()).isNotEqualTo("end");
                }
            }
            assertThat(invalidName.getFirst().path("problem").path("status").asInt())
                    .isEqualTo(400);
            assertThat(gap.getFirst().path("problem").path("status").asInt()).isEqualTo(410);
            assertThat(gap.getFirst().path("retry").asBoolean()).isFalse();
            client.send("{'op':'ping','ref':'still here'}");
            client.next("pong");
            small.publish("a", "still served");
            client.next(each -> each.path("data").asString().equals("still served"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void sendsNothingMoreOfAnEndedSubscription(Form form) {
        try (var client = SessionClient.open(server, form)) {
            client.send("{'op':'subscribe','ref':1,'channels':['a']}", "{'op':'subscribe','ref':2,'channels':['a']}");
            client.next("ok");
            client.next("ok");
            server.publish("a", "both");
            client.expect("event");
            client.expect("event");
            client.send("{'op':'unsubscribe','ref':1}", "{'op':'unsubscribe','ref':1}", "{'op':'unsubscribe','ref':7}");
            for (int i = 0; i < 3; i++) client.expect("ok");
            server.publish("a", "one");
            client.send("{'op':'subscribe','ref':1,'channels':['a'],'last':1}");
            List<String> received =
                    new ArrayList<>(); // Interleaved in any order, but each subscription in its own order.
            for (int i = 0; i < 3; i++) {
                JsonNode next = client.next();
                received.add(next.path("ref").asString() + next.path("op").asString());
            }
            assertThat(received)
                    .containsExactlyInAnyOrder("2event", "1ok", "1event")
                    .containsSubsequence("1ok", "1event");
        }
    }

    @ParameterizedTest
    @EnumSource
    void publishesOncePerIdempotencyKey(Form form) {
        try (var client = SessionClient.open(server, form)) {
            client.expect("welcome");
            String message =
                    "{'op':'publish','ref':'p','channel':'a','key':'k','data':{'x':[1,2]},'idempotencyKey':'once'}";
            client.send(message);
            String id = client.expect("ok").path("id").asString();
            client.send(message);
            JsonNode again = client.expect("ok");
            assertThat(again.path("id").asString()).isEqualTo(id);
            assertThat(again.path("replay").asBoolean()).isTrue();
            var posted = server.post(
                    "/channels/a?key=k",
                    "{\"x\":[1,2]}",
                    "Content-Type",
                    "application/json",
                    "Idempotency-Key",
                    "once");
            assertThat(posted.body()).contains(id);
            assertThat(posted.headers().firstValue("Idempotent-Replay")).contains("true");
            client.send("{'op':'publish','ref':2,'channel':'a','data':'other','idempotencyKey':'once'}");
            assertThat(client.expect("error").path("problem").path("status").asInt())
                    .isEqualTo(422);
            client.send(
                    "{'op':'publish','ref':3,'channel':'a','data':'next','ifMatch':'%s'}".formatted(id),
                    "{'op':'publish','ref':4,'channel':'a','data':'late','ifMatch':'%s'}".formatted(id));
            assertThat(client.expect("ok").path("ref").asInt()).isEqualTo(3);
            assertThat(client.expect("error").path("problem").path("status").asInt())
                    .isEqualTo(412);
        }
    }

    @ParameterizedTest
    @EnumSource
    void reportsTheEndOfAChannelAndOfASubscription(Form form) {
        try (var client = SessionClient.open(server, form)) {
            client.send("{'op':'subscribe','ref':1,'channels':['a','b']}");
            client.next("ok");
            server.post("/channels/a?close=true", "");
            assertThat(client.expect("closed").path("channel").asString()).isEqualTo("a");
            server.post("/channels/b?close=true", "bye");
            client.expect("event");
            String end = client.expect("closed").path("cursor").asString();
            assertThat(client.expect("complete").path("ref").asInt()).isEqualTo(1);
            client.send("{'op':'subscribe','ref':1,'channels':['a','b'],'after':'%s'}".formatted(end));
            client.expect("ok");
            client.expect("complete");
        }
    }

    @ParameterizedTest
    @EnumSource
    void movesTheCursorsOfQuietSubscriptionsWithItsHeartbeat(Form form) {
        try (var client = SessionClient.open(server, form)) {
            client.send("{'op':'subscribe','ref':1,'channels':['quiet']}");
            client.next("ok");
            server.publish("other", "x");
            String head = server.log().head().text();
            JsonNode beat;
            do { // The first heartbeat may precede the event.
                server.pass(Duration.ofSeconds(16));
                beat = client.next("heartbeat");
            } while (!beat.path("cursor").asString().equals(head));
            assertThat(beat.has("behind")).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource
    void joinsWithASubscriptionAndListsTheMembers(Form form) {
        try (var watcher = SessionClient.open(server, form);
                var alice = SessionClient.open(server, form, "?client=alice")) {
            watcher.send("{'op':'subscribe','ref':1,'channels':['room'],'presence':true}");
            watcher.next("ok");
            watcher.send("{'op':'subscribe','ref':2,'channels':['room'],'join':true}");
            assertThat(watcher.expect("error").path("problem").path("field").asString())
                    .isEqualTo("client");
            alice.send("{'op':'subscribe','ref':1,'channels':['room'],'join':true}");
            alice.next("ok");
            alice.send("{'op':'presence','ref':'who','channel':'room'}");
            JsonNode members = alice.next(each -> each.path("ref").asString().equals("who"));
            assertThat(members.path("members").path(0).path("client").asString())
                    .isEqualTo("alice");
            JsonNode joined = watcher.expect("event");
            assertThat(joined.path("channel").asString()).isEqualTo("$presence/room");
            assertThat(joined.path("key").asString()).isEqualTo("alice");
            alice.send("{'op':'unsubscribe','ref':1}");
            alice.next("ok");
            JsonNode left;
            do {
                server.pass(Duration.ofSeconds(16)); // At least a heartbeat follows.
                left = watcher.next();
            } while (left.path("op").asString().equals("heartbeat"));
            assertThat(left.path("removed").asBoolean()).isTrue();
        }
    }

    /// A message that is partly written when the socket is full is completed before any other.
    @ParameterizedTest
    @EnumSource
    void keepsMessagesWholeAndInOrderForASlowReader(Form form) {
        String large = "x".repeat(200_000);
        try (var client = SessionClient.open(server, form)) {
            client.send(
                    "{'op':'subscribe','ref':1,'channels':['large']}",
                    "{'op':'subscribe','ref':2,'channels':['small']}",
                    "{'op':'subscribe','ref':3,'channels':['*'],'coalesce':true}");
            for (int i = 0; i < 3; i++) client.next("ok");
            List<String> largeIds = new ArrayList<>();
            List<String> smallIds = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                largeIds.add(server.publish("large", large).text());
                for (int j = 0; j < 20; j++)
                    smallIds.add(server.publish("small", "small " + j).text());
                client.send("{'op':'ping','ref':'p%d'}".formatted(i));
            }
            List<String> receivedLarge = new ArrayList<>();
            List<String> receivedSmall = new ArrayList<>();
            int pongs = 0;
            while (receivedLarge.size() < 60 || receivedSmall.size() < 1200 || pongs < 60) {
                JsonNode next = client.next();
                if (next.path("op").asString().equals("pong")) pongs++;
                if (next.path("ref").asString().equals("1")) {
                    assertThat(next.path("data").asString()).hasSize(large.length());
                    receivedLarge.add(next.path("id").asString());
                }
                if (next.path("ref").asString().equals("2"))
                    receivedSmall.add(next.path("id").asString());
            }
            assertThat(receivedLarge).isEqualTo(largeIds);
            assertThat(receivedSmall).isEqualTo(smallIds);
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsProperlyWhenTheServerStops(Form form) {
        try (var client = SessionClient.open(server, form)) {
            client.send("{'op':'subscribe','ref':1,'channels':['a']}");
            client.next("ok");
            server.close();
            JsonNode end = client.next("end");
            assertThat(end.path("cut").asBoolean()).isFalse();
            if (form == Form.WEBSOCKET) assertThat(end.path("code").asInt()).isEqualTo(1012);
        }
    }

    /// A body without chunks has no final bytes.
    @Test
    void endsItsBodyOverHttp10WhenTheServerStops() {
        try (var client = new RawClient(server)) {
            client.send("GET /session HTTP/1.0\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n");
            client.until("welcome");
            server.close();
            assertThat(client.rest()).endsWith("\n\n");
        }
    }

    @ParameterizedTest
    @EnumSource
    void answersInvalidMessagesAndContinues(Form form) {
        try (var client = SessionClient.open(server, form)) {
            client.expect("welcome");
            for (String odd : List.of(
                    "nonsense",
                    "[]",
                    "{}",
                    "{'op':7}",
                    "{'op':'subscibe','ref':1,'channels':['a']}",
                    "{'op':'subscribe','channels':['a']}",
                    "{'op':'subscribe','ref':{},'channels':['a']}",
                    "{'op':'subscribe','ref':1}",
                    "{'op':'subscribe','ref':1,'channels':[1]}",
                    "{'op':'subscribe','ref':1,'channels':['a'],'lst':1}",
                    "{'op':'subscribe','ref':1,'channels':['a'],'last':-1}",
                    "{'op':'publish','ref':1}",
                    "{'op':'publish','ref':1,'channel':'$x','data':1}",
                    "{'op':'publish','ref':1,'channel':'a','data':1,'idempotencyKey':''}",
                    "{'op':'publish','ref':1,'channel':'a','data':1,'ifMatch':'\u00e4'}",
                    "{'op':'unsubscribe'}",
                    "{'op':'subscribe','ref':1,'channels':['a'],'type':[]}",
                    "{'op':'subscribe','ref':1,'channels':[]}",
                    "{'op':'ping','ref':{}}",
                    "{'op':'ping','ref':'%s'}".formatted("x".repeat(127)),
                    "{'op':'ping','ref':1,'more':2}")) {
                client.send(odd);
                JsonNode error = client.expect("error");
                assertThat(error.path("problem").path("detail").asString())
                        .as(odd)
                        .isNotEmpty();
                assertThat(error.path("problem").path("status").asInt()).as(odd).isBetween(400, 403);
            }
            client.send("{'op':'ping'}");
            client.expect("pong");
        }
    }

    @Test
    void refusesOtherTransportsAndPostsToUnknownSessions() {
        assertThat(server.get("/session", "Accept", "application/json").statusCode())
                .isEqualTo(406);
        assertThat(server.post("/session/0123", "{\"op\":\"ping\"}").statusCode())
                .isEqualTo(404);
        assertThat(server.get("/session?clint=x", "Accept", "text/event-stream").body())
                .contains("client");
        try (var padded = SessionClient.open(server, Form.WEBSOCKET, "?padding=5")) {
            assertThat(padded.next("end").path("status").asInt()).isEqualTo(400);
        }
    }
}
