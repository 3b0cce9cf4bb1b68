package dev.sluice.pusher;

import static dev.sluice.pusher.PusherHub.SHOP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.EventPage;
import dev.sluice.Message;
import dev.sluice.core.LoggedLines;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// What webhooks report.
final class PusherWebhooksTest {
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
    void reportOnAfterAMemberOfAChannelThatIsNotPushers() throws Exception {
        try (var receiver = new WebhookReceiver();
                var hub = PusherHub.of(SHOP.withWebhook(receiver.uri()), "");
                var client = hub.connect()) {
            String longest = "pusher/shop/presence-" + "x".repeat(224);
            var dave = hub.hub.channel(longest).join("dave");
            var members = hub.hub.channels("$presence/" + longest);
            EventPage joined = members.earliest().read(1, Duration.ofSeconds(30));
            dave.close();
            EventPage left = members.after(joined.cursor()).read(1, Duration.ofSeconds(30));
            assertThat(left.events()).hasSize(1);
            client.join("presence-room", "alice", "Alice");
            assertThat(WebhookReceiver.names(receiver.take(2)))
                    .containsExactlyInAnyOrder("channel_occupied", "member_added");
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
            // Alice and the room would be reported before carol, who leaves later.
            var carol = hub.connect();
            carol.join("presence-other", "carol", "Carol");
            carol.close();
            List<JsonNode> others = receiver.take(4);
            assertThat(others)
                    .extracting(each -> each.get("channel").stringValue())
                    .containsOnly("presence-other");
            assertThat(WebhookReceiver.names(others))
                    .containsExactlyInAnyOrder("channel_occupied", "member_added", "member_removed", "channel_vacated");
            reloaded.close();
            List<JsonNode> last = receiver.take(2);
            assertThat(last)
                    .extracting(each -> each.get("channel").stringValue())
                    .containsOnly("presence-room");
            assertThat(WebhookReceiver.names(last)).containsExactlyInAnyOrder("channel_vacated", "member_removed");
        }
    }

    @Test
    void sendWhatWaitedAfterAFailureOfTheSender() throws Exception {
        try (var logged = new LoggedLines(Webhooks.class);
                var receiver = new WebhookReceiver();
                var hub = PusherHub.of(SHOP.withWebhook(receiver.uri()), "");
                var client = hub.connect()) {
            var state = hub.hub.channel(Webhooks.CHANNELS + "pusher/shop/state");
            state.publish("damaged");
            client.subscribe("c");
            assertThat(logged.next()).contains("webhooks are not sent app=shop");
            state.publish(Message.json(Map.of("cursor", "", "node", "", "until_ms", 0)));
            assertThat(WebhookReceiver.names(receiver.take(1))).containsExactly("channel_occupied");
            assertThat(logged.lines("not sent")).hasSize(1); // Other tests lose webhooks.
        }
    }

    @Test
    void areSentAfterALeaseOfASenderWhoseClockWasAhead() throws Exception {
        try (var receiver = new WebhookReceiver();
                var hub = PusherHub.inMemory();
                var webhooks = new Webhooks(
                        SHOP.withWebhook(receiver.uri()), hub.hub, InstantSource.system(), Duration.ofMillis(200))) {
            long ahead = Instant.now().plusSeconds(3_600).toEpochMilli();
            var state = hub.hub.channel(Webhooks.CHANNELS + "pusher/shop/state");
            state.publish(Message.json(Map.of("cursor", "", "node", "killed", "until_ms", ahead)));
            webhooks.start();
            webhooks.add(Map.of("name", "late"));
            assertThat(WebhookReceiver.names(receiver.take(1))).containsExactly("late");
        }
    }
}
