package dev.sluice.mercure;

import static dev.sluice.mercure.MercureHub.ALL;
import static dev.sluice.mercure.MercureHub.legacy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Sluice;
import dev.sluice.config.Configuration;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.embed.EmbeddedSluice;
import dev.sluice.server.http.AccessFilter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The streams of subscribers: what they send besides updates, when they end, and where they begin.
final class SubscriberTest {
    @Test
    void endsAStreamWhenItsTokenExpires() throws Exception {
        // Longer than the test waits: a stream that looks at the time only at heartbeats fails it.
        var limits = new Limits(Duration.ofMinutes(1), () -> 64 << 20);
        try (var mercure = MercureHub.on(Sluice.inMemory(), MercureSettings::anonymous, limits)) {
            double expires = Instant.now().toEpochMilli() / 1000.0 + 3.25;
            String token =
                    legacy("'subscribe':['*']", ",'exp':" + String.format(java.util.Locale.ROOT, "%.3f", expires));
            try (var reader = mercure.readWith(token, "topic", "a");
                    var silent = mercure.readWith(token, "topic", "b")) {
                mercure.publish("topic", "a", "private", "on", "data", "in time");
                assertThat(reader.data()).isEqualTo("in time");
                silent.awaitEnd();
                assertThat(Instant.now().toEpochMilli() / 1000.0).isGreaterThanOrEqualTo(expires);
                mercure.publish("topic", "a", "private", "on", "data", "late");
                reader.awaitEnd();
            }
        }
    }

    @Test
    void sendsCommentsWhileNothingHappens() throws Exception {
        try (var mercure = MercureHub.inMemory();
                var reader = mercure.read("topic", "a")) {
            for (int i = 0; i < 3; i++) reader.awaitComment();
        }
        assertThat(Limits.of(() -> 1L).heartbeat())
                .as("less than the shortest common timeout of proxies, 30 s")
                .isLessThanOrEqualTo(Duration.ofSeconds(20));
    }

    @Test
    void sendsCommentsWhileOnlyOtherTopicsAreBusy() throws Exception {
        try (var mercure = MercureHub.inMemory();
                var reader = mercure.read("topic", "quiet/{id}")) {
            reader.awaitComment();
            var publisher = Thread.startVirtualThread(() -> {
                while (!Thread.currentThread().isInterrupted())
                    mercure.hub.channel("mercure/busy").publish("x");
            });
            for (int i = 0; i < 3; i++) reader.awaitComment();
            publisher.interrupt();
            publisher.join();
        }
    }

    @Test
    void sendsTheHeadAtOnceAndKeepsProxiesFromBuffering() throws Exception {
        try (var mercure = MercureHub.inMemory();
                var reader = mercure.read("topic", "a")) {
            assertThat(reader.header("X-Accel-Buffering")).isEqualTo("no");
            assertThat(reader.header("Cache-Control")).contains("no-");
            reader.awaitComment();
        }
    }

    @Test
    void answersPagesOfListedOriginsWithCredentialsAndNoOthers() throws Exception {
        try (var mercure = MercureHub.on(Sluice.inMemory().origins("https://app.example"), settings -> settings)) {
            String cookie = "mercureAuthorization=" + ALL;
            String page = "https://app.example";
            try (var reader = mercure.readOn(page, cookie, "topic", "a")) {
                assertThat(reader.status()).isEqualTo(200);
                assertThat(reader.header("Access-Control-Allow-Origin")).isEqualTo(page);
                assertThat(reader.header("Access-Control-Allow-Credentials")).isEqualTo("true");
                assertThat(reader.header("Vary")).contains("Origin");
                assertThat(reader.header("Access-Control-Expose-Headers")).contains("Link", "Mercure-Last-Event-ID");
            }
            var refused = mercure.send("GET", "?topic=a", "", "Cookie", "mercureAuthorization=x", "Origin", page);
            assertThat(refused.headers().firstValue("Access-Control-Allow-Origin"))
                    .hasValue(page);
            var other = mercure.send("GET", "?topic=a", "", "Cookie", cookie, "Origin", "https://other.example");
            assertThat(other.statusCode()).isEqualTo(403);
            assertThat(other.headers().map()).doesNotContainKey("access-control-allow-origin");
        }
    }

    // --- replay

    @Test
    void resumesAfterAnIdInEachSpelling(@TempDir Path folder) throws Exception {
        String first;
        String own;
        try (var mercure = MercureHub.on(Sluice.in(folder), MercureSettings::anonymous)) {
            first = mercure.publish("topic", "a", "data", "1");
            own = mercure.publish("topic", "b", "topic", "a", "data", "2", "id", "https://example.com/ids/é");
            mercure.publish("topic", "a", "data", "3");
        }
        try (var mercure = MercureHub.on(Sluice.in(folder), MercureSettings::anonymous)) {
            for (String name : List.of(
                    "last_event_id",
                    "lastEventID",
                    "Last-Event-ID",
                    "Last-Event-Id",
                    "lastEventId",
                    "last-event-id",
                    "LASTEVENTID")) {
                try (var reader = mercure.read("topic", "a", name, first)) {
                    assertThat(reader.header("Mercure-Last-Event-ID")).isEqualTo(first);
                    assertThat(reader.header("Last-Event-ID")).isEqualTo(first);
                    assertThat(reader.next().id()).isEqualTo(own);
                    assertThat(reader.data()).isEqualTo("3");
                }
            }
            try (var reader = mercure.readAs("Last-Event-ID", first, "topic", "a", "lastEventID", own)) {
                assertThat(reader.data()).as("the header wins").isEqualTo("2");
            }
            try (var reader = mercure.read("topic", "a", "lastEventID", own)) {
                assertThat(reader.data()).isEqualTo("3");
            }
            try (var browser = new RawReader(mercure, MercureSettings.PATH + "?topic=a", "Last-Event-ID: " + own)) {
                assertThat(browser.readUntil(_ -> true).getFirst().data()).isEqualTo("3");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'&lastEventID=1&lastEventId=2', X:, 2",
        "'&last_event_id=1&Last-Event-Id=2', X:, 2",
        "'&lastEventID=1&lastEventID=2', X:, 2",
        "'&last_event_id=&lastEventID=2', X:, 2",
        "'&lastEventID=2&lastEventId=', X:, 2",
        "'&lastEventID=2', Last-Event-ID:, 2",
        "'&lastEventID=', Last-Event-ID: 2, 2",
        "'&lastEventID=1&lastEventId=1', Last-Event-ID: 2, 2"
    })
    void resumesAfterTheHeadersIdElseTheLastOfTheUrlThatIsNotEmpty(String query, String header, String id)
            throws Exception {
        try (var mercure = MercureHub.inMemory()) {
            for (int i = 1; i <= 3; i++) mercure.publish("topic", "a", "data", "" + i, "id", "" + i);
            try (var reader = new RawReader(mercure, MercureSettings.PATH + "?topic=a" + query, header)) {
                assertThat(reader.head).contains("Mercure-Last-Event-ID: " + id + "\r\n");
                assertThat(reader.readUntil(_ -> true).getFirst().data()).isEqualTo("3");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"unknown", "#unknown", "#zzzz-99999", "EPOCH-999999999", "earliest"})
    void sendsAllAfterAnUnknownIdAndSaysSo(String unknown) throws Exception {
        try (var mercure = MercureHub.inMemory()) {
            String last = "";
            for (int i = 1; i <= 5; i++) last = mercure.publish("topic", "a", "data", "" + i);
            String id = unknown.replace("EPOCH", last.substring(0, last.lastIndexOf('-')));
            mercure.publish("topic", "a", "data", "private", "private", "on");
            try (var reader = mercure.read("topic", "a", "lastEventID", id)) {
                assertThat(reader.header("Mercure-Last-Event-ID")).isEqualTo("earliest");
                for (int i = 1; i <= 5; i++) assertThat(reader.data()).isEqualTo("" + i);
            }
        }
    }

    @Test
    void comesToTheNewestUpdateAlthoughAnotherTopicHasLostOne() throws Exception {
        try (var mercure = MercureHub.inMemory()) {
            int updates = 150; // More than two pages.
            String tenth = "";
            for (int i = 0; i < updates; i++) {
                String id = mercure.publish("topic", "a", "data", "" + i);
                if (i == 10) tenth = id;
            }
            mercure.publish("topic", "b", "data", "gone");
            mercure.hub.channel("mercure/b").delete();
            try (var all = mercure.read("topic", "*", "lastEventID", "earliest");
                    var rest = mercure.read("topic", "a", "topic", "b", "lastEventID", tenth)) {
                for (int i = 0; i < updates; i++) assertThat(all.data()).isEqualTo("" + i);
                assertThat(rest.header("Mercure-Last-Event-ID")).isEqualTo("earliest");
                for (int i = 11; i < updates; i++) assertThat(rest.data()).isEqualTo("" + i);
                mercure.publish("topic", "a", "data", "live");
                assertThat(all.data()).isEqualTo("live");
                assertThat(rest.data()).isEqualTo("live");
            }
        }
    }

    @Test
    void repeatsNothingToReadersOfAQuietTopicAfterOtherChannelsWereDeleted() throws Exception {
        var log = MemoryLog.builder(InstantSource.system())
                .limits(limits -> limits.marks(0, Duration.ZERO)) // As a day later.
                .open();
        var hub = EmbeddedSluice.on(log, Configuration.DEFAULT, AccessFilter.OPEN);
        try (var mercure = MercureHub.on(hub, MercureSettings::anonymous)) {
            mercure.publish("topic", "a", "data", "1");
            String last = mercure.publish("topic", "a", "data", "2");
            hub.channel("other").publish("gone");
            hub.channel("other").delete();
            try (var anonymous = mercure.read("topic", "a", "lastEventID", last);
                    var authorized = mercure.readWith(ALL, "topic", "a", "lastEventID", last)) {
                assertThat(anonymous.header("Mercure-Last-Event-ID")).isEqualTo(last);
                assertThat(authorized.header("Mercure-Last-Event-ID"))
                        .as("private updates may be gone")
                        .isEqualTo("earliest");
                mercure.publish("topic", "a", "data", "3");
                assertThat(anonymous.data()).isEqualTo("3");
                assertThat(authorized.data()).isEqualTo("3");
            }
        }
    }

    @Test
    void keepsTheStreamOfAnEndedChannel() throws Exception {
        try (var mercure = MercureHub.inMemory();
                var reader = mercure.read("topic", "a")) {
            mercure.publish("topic", "a", "data", "last");
            mercure.hub.channel("mercure/a").close();
            assertThat(reader.data()).isEqualTo("last");
            reader.awaitComment();
            reader.awaitComment();
        }
    }

    @Test
    void resumesAfterTheEarlierOfTwoUpdatesWithOneId() throws Exception {
        try (var mercure = MercureHub.inMemory()) {
            mercure.publish("topic", "a", "data", "1", "id", "same");
            mercure.publish("topic", "a", "data", "2");
            mercure.publish("topic", "a", "data", "3", "id", "same");
            try (var reader = mercure.read("topic", "a", "lastEventID", "same")) {
                assertThat(reader.data()).isEqualTo("2");
                assertThat(reader.data()).isEqualTo("3");
            }
        }
    }

    @Test
    void beginsWithTheNextUpdateIfTheIdIsEmpty() throws Exception {
        try (var mercure = MercureHub.inMemory()) {
            mercure.publish("topic", "a", "data", "1");
            try (var reader = mercure.read("topic", "a", "lastEventID", "")) {
                mercure.publish("topic", "a", "data", "2");
                assertThat(reader.data()).isEqualTo("2");
            }
        }
    }
}
