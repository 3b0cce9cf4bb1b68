package dev.sluice.pusher;

import static dev.sluice.pusher.PusherHub.SHOP;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The signatures of requests to the HTTP API.
final class PusherSignaturesTest {
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
                Instant time = Instant.now().plusSeconds(seconds);
                HttpResponse<String> late = hub.send("POST", "events", body, Map.of(), path, time);
                assertThat(late.statusCode()).isEqualTo(401);
                assertThat(late.body())
                        .contains("Timestamp expired")
                        .contains(", " + time.getEpochSecond() + ",")
                        .contains(" server's time, " + ("" + time.getEpochSecond()).substring(0, 4));
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
    @CsvSource({
        "/ws, /apps/shop/events",
        "/ws, /ws/apps/shop/events",
        "/my/apps, /apps/shop/events",
        "/my/apps, /my/apps/apps/shop/events"
    })
    void takeSignaturesWithAndWithoutThePrefix(String prefix, String signedPath) throws Exception {
        try (var hub = PusherHub.of(SHOP, prefix);
                var client = hub.connect()) {
            client.subscribe("c");
            String body = "{\"name\":\"e\",\"channel\":\"c\",\"data\":\"1\"}";
            HttpResponse<String> answer = hub.send("POST", "events", body, Map.of(), signedPath, Instant.now());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            client.expect("e");
        }
    }
}
