package dev.sluice.pusher;

import static dev.sluice.pusher.PusherClient.data;
import static dev.sluice.pusher.PusherClient.text;
import static dev.sluice.pusher.PusherHub.SHOP;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// The members of presence channels.
final class PusherPresenceTest {
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
            // Members leave in the order in which they went: bob would be before carol.
            var carol = hub.connect();
            carol.join("presence-room", "carol", "Carol");
            assertThat(text(alice.expect("pusher_internal:member_added"))).contains("carol");
            carol.close();
            assertThat(text(alice.expect("pusher_internal:member_removed"))).contains("carol");
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
}
