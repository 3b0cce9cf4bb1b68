package dev.sluice.pusher;

import static dev.sluice.pusher.PusherClient.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.pusher.rest.Pusher;
import com.pusher.rest.data.Event;
import com.pusher.rest.data.PresenceUser;
import com.pusher.rest.data.Result;
import com.pusher.rest.data.Validity;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Pusher's server library for Java, unmodified.
final class PusherLibraryTest {
    private static Pusher library(PusherHub hub) {
        Pusher library = new Pusher("shop", "key-1", "secret-1");
        library.setHost("127.0.0.1:" + hub.hub.port());
        library.setEncrypted(false);
        return library;
    }

    private static String succeeded(Result result) {
        assertThat(result.getStatus()).as(result.getMessage()).isEqualTo(Result.Status.SUCCESS);
        return result.getMessage();
    }

    @Test
    void triggersEventsWhoseDataIsEncodedOnce() throws Exception {
        try (var hub = PusherHub.inMemory();
                var client = hub.connect();
                var other = hub.connect()) {
            Pusher library = library(hub);
            client.subscribe("c");
            other.subscribe("c");
            succeeded(library.trigger("c", "text", "{\"a\":1}"));
            succeeded(library.trigger(List.of("c", "d"), "object", Map.of("a", 1)));
            succeeded(library.trigger("c", "number", 5, client.socketId()));
            succeeded(library.trigger(List.of(
                    new Event("c", "first", Map.of("n", 1)), new Event("c", "second", "é", client.socketId()))));
            assertThat(text(client.expect("text"))).isEqualTo("\"{\\\"a\\\":1}\"");
            assertThat(text(client.expect("object"))).isEqualTo("{\"a\":1}");
            assertThat(text(client.expect("first"))).isEqualTo("{\"n\":1}");
            client.expectNothing();
            for (String each : List.of("text", "object")) other.expect(each);
            assertThat(text(other.expect("number"))).isEqualTo("5");
            other.expect("first");
            assertThat(text(other.expect("second"))).isEqualTo("\"é\"");
        }
    }

    @Test
    void authorizesMembersAndListsThem() throws Exception {
        try (var hub = PusherHub.inMemory();
                var client = hub.connect()) {
            Pusher library = library(hub);
            var alice = new PresenceUser("alice", Map.of("name", "Alice"));
            String signed = library.authenticate(client.socketId(), "presence-room", alice);
            JsonNode authorization = Frames.JSON.readTree(signed);
            client.ask(
                    "presence-room",
                    Map.of(
                            "auth", authorization.get("auth").stringValue(),
                            "channel_data", authorization.get("channel_data").stringValue()));
            client.expect("pusher_internal:subscription_succeeded");
            String auth = library.authenticate(client.socketId(), "private-x");
            client.ask(
                    "private-x",
                    Map.of("auth", Frames.JSON.readTree(auth).get("auth").stringValue()));
            client.expect("pusher_internal:subscription_succeeded");
            assertThat(succeeded(library.get("/channels/presence-room/users")))
                    .isEqualTo("{\"users\":[{\"id\":\"alice\"}]}");
            assertThat(succeeded(
                            library.get("/channels", Map.of("filter_by_prefix", "presence-", "info", "user_count"))))
                    .isEqualTo("{\"channels\":{\"presence-room\":{\"user_count\":1}}}");
        }
    }

    @Test
    void isToldToRepeatWhatExceedsTheRateLimit() throws Exception {
        try (var hub = PusherHub.of(
                PusherHub.SHOP,
                "",
                PusherSettings.standard(),
                each -> each.port(0).set("limits.publish_bytes_per_second", "100B"))) {
            Pusher library = library(hub);
            succeeded(library.trigger("c", "e", "x".repeat(10_000)));
            Result refused = library.trigger("c", "e", "1");
            assertThat(refused.getHttpStatus()).isEqualTo(429);
            assertThat(refused.getStatus().shouldRetry()).isTrue();
            assertThat(refused.getMessage()).contains("limits.publishes_per_second");
        }
    }

    @Test
    void acceptsTheSignaturesOfWebhooks() throws Exception {
        try (var hub = PusherHub.inMemory()) {
            String body = "{\"time_ms\":1,\"events\":[]}";
            String signature = Signature.of("secret-1", body.getBytes(StandardCharsets.UTF_8));
            assertThat(library(hub).validateWebhookSignature("key-1", signature, body))
                    .isEqualTo(Validity.VALID);
        }
    }
}
