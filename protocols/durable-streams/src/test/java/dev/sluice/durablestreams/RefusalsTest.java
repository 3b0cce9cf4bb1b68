package dev.sluice.durablestreams;

import static dev.sluice.durablestreams.Streams.next;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Sluice;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests that streams refuse, so that they harm nobody else.
final class RefusalsTest {
    private static int status(Streams streams, String method, String stream, String... headers) throws Exception {
        return streams.send(method, stream, headers).statusCode();
    }

    @Test
    void aLifetimeOverEventsOfOthersNeedsTheVerbDelete() throws Exception {
        var now = new AtomicReference<>(Instant.now());
        var hub = Sluice.inMemory()
                .grant(
                        "anyone",
                        Map.of(
                                "publish", List.of("feed/*", "own/*", "source"),
                                "subscribe", List.of("source"),
                                "delete", List.of("own/*")));
        try (var streams = Streams.on(hub, now::get)) {
            streams.hub.channel("feed/a").publish("of others");
            streams.hub.channel("feed/ended").close();
            streams.hub.channel("own/a").publish("one's own");
            status(streams, "PUT", "source", "Stream-TTL", "9");
            String[] past = {"Stream-Expires-At", "2026-01-01T00:00:00Z"};

            assertThat(status(streams, "PUT", "feed/a", "Stream-TTL", "1")).isEqualTo(403);
            assertThat(status(streams, "PUT", "feed/a", past)).isEqualTo(403);
            assertThat(status(streams, "PUT", "feed/a", "Stream-Forked-From", "/streams/source"))
                    .isEqualTo(403);
            assertThat(status(streams, "PUT", "feed/ended", "Stream-TTL", "1")).isEqualTo(403);
            assertThat(status(streams, "PUT", "feed/new", "Stream-TTL", "1")).isEqualTo(201);
            assertThat(status(streams, "PUT", "own/a", "Stream-TTL", "1")).isEqualTo(201);

            now.updateAndGet(time -> time.plusSeconds(3_600));
            for (String each : List.of("feed/a", "feed/ended", "feed/new", "own/a"))
                assertThat(status(streams, "POST", each)).as(each).isEqualTo(404);
            assertThat(streams.hub.channel("feed/a").latest()).isPresent();
            assertThat(streams.hub.channel("own/a").latest()).isEmpty();
            assertThat(status(streams, "PUT", "feed/a")).isEqualTo(201);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"+300000000-01-01T00:00:00Z", "+10000-01-01T00:00:00Z", "-0001-01-01T00:00:00Z", "2026"})
    void anExpiryWhoseYearHasOtherThanFourDigits(String time) throws Exception {
        try (var streams = Streams.inMemory()) {
            assertThat(status(streams, "PUT", "a", "Stream-Expires-At", time)).isEqualTo(400);
            assertThat(status(streams, "HEAD", "a")).isEqualTo(404);
            assertThat(status(streams, "PUT", "a", "Stream-Expires-At", "9999-12-31T23:59:59.999-18:00"))
                    .isEqualTo(201);
            assertThat(status(streams, "HEAD", "a")).isEqualTo(200);
        }
    }

    @Test
    void aForkAfterMoreMessagesThanTheSourceHas() throws Exception {
        try (var streams = Streams.inMemory()) {
            String[] json = {"Content-Type", "application/json"};
            streams.send("PUT", "a", json);
            List<Integer> messages = IntStream.range(0, 2_500).boxed().toList(); // More than two pages.
            streams.sendBody("POST", "a", messages.toString(), json);
            for (String beyond : List.of("2501", "9007199254740991"))
                assertThat(status(streams, "PUT", "b", fork(beyond))).as(beyond).isEqualTo(400);
            assertThat(status(streams, "PUT", "b", fork("2100"))).isEqualTo(201);
            assertThat(status(streams, "PUT", "c", fork("2500"))).isEqualTo(201);
            String later = next(streams.send("GET", "b?offset=" + next(streams.send("GET", "b"))));
            assertThat(streams.send("GET", "b?offset=" + later).body())
                    .isEqualTo(messages.subList(2_000, 2_100).toString().replace(" ", ""));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "é"})
    void namesOfMoreThan238Bytes(String character) throws Exception {
        try (var streams = Streams.inMemory()) {
            String encoded = URLEncoder.encode(character, StandardCharsets.UTF_8);
            int count = 238 / character.getBytes(StandardCharsets.UTF_8).length;
            for (int more : List.of(1, 9, 17)) {
                String name = encoded.repeat(count + more);
                for (String method : List.of("PUT", "GET", "HEAD", "POST", "DELETE"))
                    assertThat(status(streams, method, name)).as(method).isEqualTo(400);
                assertThat(status(streams, "PUT", "b", "Stream-Forked-From", "/streams/" + name))
                        .isEqualTo(400);
            }
            assertThat(status(streams, "PUT", encoded.repeat(count))).isEqualTo(201);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/streams//a", "/streams//a/b", "//streams/b", "/streams/", "/streams", "mailto:b", "/b", "%"})
    void aForkFromWhatIsNoPathOfAStream(String source) throws Exception {
        try (var streams = Streams.inMemory()) {
            streams.text("b");
            assertThat(status(streams, "PUT", "c", "Stream-Forked-From", source))
                    .isEqualTo(400);
        }
    }

    /// UTF-16 and UTF-32 in both orders, with and without a byte order mark, and a mark of UTF-8.
    @ParameterizedTest
    @ValueSource(
            strings = {"\0[\0001\0]", "[\0001\0]\0", "\0\0\0[\0\0\0]", "[\0\0\0]\0\0\0", "\ufeff[1]", "\ufeff1", "\0001"
            })
    void jsonThatIsNotUtf8(String bytes) throws Exception {
        try (var streams = Streams.inMemory()) {
            String[] json = {"Content-Type", "application/json"};
            streams.send("PUT", "a", json);
            assertThat(streams.sendBody("POST", "a", bytes, json).statusCode()).isEqualTo(400);
            assertThat(streams.sendBody("PUT", "b", bytes, json).statusCode()).isEqualTo(400);
            assertThat(streams.send("GET", "a").body()).isEqualTo("[]");
        }
    }

    private static String[] fork(String sub) {
        return new String[] {
            "Stream-Forked-From", "/streams/a", "Stream-Fork-Offset", "-1", "Stream-Fork-Sub-Offset", sub
        };
    }
}
