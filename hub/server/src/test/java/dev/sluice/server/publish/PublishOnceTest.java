package dev.sluice.server.publish;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// Idempotency keys and conditions.
final class PublishOnceTest {
    @AutoClose
    private final PublishServer server = PublishServer.start();

    private static String id(String body) {
        return body.replaceAll("(?s).*\"id\":\"([^\"]*)\".*", "$1");
    }

    @Test
    void answersARepetitionWithTheFirstId() {
        String[] once = {"Idempotency-Key", "order-66"};
        var first = server.post("/channels/a", "x", once);
        var again = server.post("/channels/a", "x", once);
        assertThat(first.headers().firstValue("Idempotent-Replay")).isEmpty();
        assertThat(again.statusCode()).isEqualTo(201);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.headers().firstValue("Idempotent-Replay")).contains("true");
        server.only("a");
        // A key is valid within its channel.
        assertThat(server.post("/channels/b", "x", once).headers().firstValue("Idempotent-Replay"))
                .isEmpty();
    }

    @Test
    void refusesAKeyThatWasUsedForAnotherPublish() {
        server.post("/channels/a?type=t", "1", "Idempotency-Key", "k");
        String[][] others = {
            {"/channels/a?type=t", "2"},
            {"/channels/a", "1"},
            {"/channels/a?type=t&key=q", "1"},
            {"/channels/a?type=t&from=alice", "1"},
            {"/channels/a?type=t&close=true", "1"},
            {"/channels/a?type=t", "1", "Content-Type", "application/json"},
            {"/channels/a?type=t", "1", "If-None-Match", "*"},
            {"/channels/a?type=t", "1", "If-Match", "\"a-1\""}
        };
        for (String[] other : others) {
            String[] headers = new String[other.length];
            System.arraycopy(other, 2, headers, 0, other.length - 2);
            headers[other.length - 2] = "Idempotency-Key";
            headers[other.length - 1] = "k";
            var answer = server.post(other[0], other[1], headers);
            assertThat(answer.statusCode()).as(String.join(" ", other)).isEqualTo(422);
            assertThat(answer.body()).contains("/problems/key-reused");
        }
        // Ignored parameters do not count.
        assertThat(server.post("/channels/a?_=7&type=t", "1", "Idempotency-Key", "k")
                        .statusCode())
                .isEqualTo(201);
    }

    @Test
    void checksTheKeyBeforeConditionsAndTheEnd() {
        String[] once = {"If-None-Match", "*", "Idempotency-Key", "k"};
        var first = server.post("/channels/a", "x", once);
        assertThat(server.post("/channels/a", "x", once).body()).isEqualTo(first.body());
        server.end("a");
        assertThat(server.post("/channels/a", "x", once).body()).isEqualTo(first.body());
        assertThat(server.post("/channels/a", "y").statusCode()).isEqualTo(409);
    }

    @Test
    void remembersTheKeysOfSuccessfulPublishesOnly() {
        String[] once = {"If-None-Match", "*", "Idempotency-Key", "k"};
        server.post("/channels/a", "in the way");
        assertThat(server.post("/channels/a", "x", once).statusCode()).isEqualTo(412);
        server.send("DELETE", "/channels/a");
        var answer = server.post("/channels/a", "x", once);
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.headers().firstValue("Idempotent-Replay")).isEmpty();
    }

    @Test
    void appendsOnlyAfterTheNewestEventThatThePublisherNames() {
        String first = id(server.post("/channels/a", "1", "If-None-Match", "*").body());
        String second = id(
                server.post("/channels/a", "2", "If-Match", "\"" + first + "\"").body());
        for (String[] condition : new String[][] {{"If-Match", "\"" + first + "\""}, {"If-None-Match", "*"}}) {
            var answer = server.post("/channels/a", "3", condition);
            assertThat(answer.statusCode()).isEqualTo(412);
            assertThat(answer.headers().firstValue("Sluice-Latest")).contains(second);
            assertThat(answer.body()).contains("/problems/newest-differs", second);
        }
        var none = server.post("/channels/empty", "1", "If-Match", "\"" + first + "\"");
        assertThat(none.statusCode()).isEqualTo(412);
        assertThat(none.headers().firstValue("Sluice-Latest")).isEmpty();
        assertThat(server.texts("a")).containsExactly("1", "2");
    }
}
