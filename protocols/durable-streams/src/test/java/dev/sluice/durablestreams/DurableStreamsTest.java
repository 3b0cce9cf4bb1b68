package dev.sluice.durablestreams;

import static dev.sluice.durablestreams.Streams.header;
import static dev.sluice.durablestreams.Streams.next;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Access;
import dev.sluice.Message;
import dev.sluice.PublishResult;
import dev.sluice.Sluice;
import dev.sluice.config.Configuration;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.ForwardingLog;
import dev.sluice.core.log.Publication;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.embed.EmbeddedSluice;
import dev.sluice.server.http.AccessFilter;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What clients of the protocol rely on beyond its conformance tests, and what a stream is on this hub.
final class DurableStreamsTest {
    private static final String[] TEXT = {"Content-Type", "text/plain"};

    private static HttpResponse<String> produce(Streams streams, String epoch, String seq) throws Exception {
        return streams.sendBody(
                "POST",
                "orders",
                epoch + "/" + seq + ";",
                "Content-Type",
                "text/plain",
                "Producer-Id",
                "till",
                "Producer-Epoch",
                epoch,
                "Producer-Seq",
                seq);
    }

    // --- what has broken foreign clients

    @Test
    void fencesAnOlderEpochAndTellsTheCurrentOne() throws Exception {
        try (var streams = Streams.inMemory()) {
            streams.text("orders");
            assertThat(produce(streams, "4", "0").statusCode()).isEqualTo(200);

            HttpResponse<String> fenced = produce(streams, "3", "0");
            assertThat(fenced.statusCode()).isEqualTo(403);
            assertThat(header(fenced, "Producer-Epoch")).isEqualTo("4");
            assertThat(produce(streams, "5", "1").statusCode()).isEqualTo(400);
            assertThat(produce(streams, "5", "0").statusCode()).isEqualTo(200);
            assertThat(streams.send("GET", "orders").body()).isEqualTo("4/0;5/0;");
        }
    }

    @Test
    void closesForTrueInAnyCaseAndForNothingElse() throws Exception {
        try (var streams = Streams.inMemory()) {
            streams.text("a");
            HttpResponse<String> open =
                    streams.sendBody("POST", "a", "1", "Content-Type", "text/plain", "Stream-Closed", "yes");
            assertThat(open.statusCode()).isEqualTo(204);
            assertThat(header(streams.send("HEAD", "a"), "Stream-Closed")).isEmpty();

            assertThat(streams.send("POST", "a", "Stream-Closed", "TRUE").statusCode())
                    .isEqualTo(204);
            assertThat(header(streams.send("HEAD", "a"), "Stream-Closed")).isEqualTo("true");
        }
    }

    @Test
    void closesWithoutABodyTwiceAndRefusesAnEmptyAppend() throws Exception {
        try (var streams = Streams.inMemory()) {
            String tail = streams.text("a", "1");
            assertThat(streams.send("POST", "a").statusCode()).isEqualTo(400);
            for (int i = 0; i < 2; i++) {
                HttpResponse<String> closed = streams.send("POST", "a", "Stream-Closed", "true");
                assertThat(closed.statusCode()).isEqualTo(204);
                assertThat(header(closed, "Stream-Closed")).isEqualTo("true");
                assertThat(next(closed)).isEqualTo(tail);
            }
        }
    }

    @Test
    void answersAKnownETagInFullOnceTheStreamIsClosed() throws Exception {
        try (var streams = Streams.inMemory()) {
            String at = "a?offset=" + streams.text("a", "1");
            String etag = header(streams.send("GET", at), "ETag");
            for (String known : List.of(etag, "W/" + etag, "\"x\", W/" + etag))
                assertThat(streams.send("GET", at, "If-None-Match", known).statusCode())
                        .as(known)
                        .isEqualTo(304);

            streams.send("POST", "a", "Stream-Closed", "true");
            HttpResponse<String> closed = streams.send("GET", at, "If-None-Match", etag);
            assertThat(closed.statusCode()).isEqualTo(200);
            assertThat(header(closed, "Stream-Closed")).isEqualTo("true");
        }
    }

    @Test
    void givesIdleLongPollsCursorsThatRise() throws Exception {
        try (var streams = Streams.inMemory()) {
            String tail = streams.text("a", "1");
            String poll = "a?offset=" + tail + "&live=long-poll";
            HttpResponse<String> first = streams.send("GET", poll);
            HttpResponse<String> second = streams.send("GET", poll + "&cursor=" + header(first, "Stream-Cursor"));

            assertThat(List.of(first.statusCode(), second.statusCode())).containsExactly(204, 204);
            assertThat(Long.parseLong(header(second, "Stream-Cursor")))
                    .isGreaterThan(Long.parseLong(header(first, "Stream-Cursor")));
            assertThat(header(second, "Stream-Up-To-Date")).isEqualTo("true");
            assertThat(next(second)).isEqualTo(tail);
        }
    }

    @Test
    void readsFromEveryOffsetItGaveAndRefusesInventedOnes() throws Exception {
        try (var streams = Streams.inMemory()) {
            List<String> offsets = new ArrayList<>(List.of("-1", streams.text("a")));
            for (String each : List.of("one", "two", "three"))
                offsets.add(next(streams.sendBody("POST", "a", each, TEXT)));
            List<String> read = new ArrayList<>();
            for (String each : offsets)
                read.add(streams.send("GET", "a?offset=" + each).body());
            assertThat(read).containsExactly("onetwothree", "onetwothree", "twothree", "three", "");

            String last = offsets.getLast();
            String next = last.substring(0, 15)
                    + (char) (last.charAt(15) == '9' ? '0' : last.charAt(15) + 1)
                    + last.substring(16);
            for (String each :
                    List.of(next, last + "1", last.substring(1), "7", "1_1", last.toUpperCase(Locale.ROOT))) {
                if (each.equals(last)) continue;
                assertThat(streams.send("GET", "a?offset=" + each).statusCode())
                        .as(each)
                        .isEqualTo(400);
            }
            streams.text("b", "other");
            assertThat(streams.send("GET", "b?offset=" + last).statusCode()).isEqualTo(400);
        }
    }

    @Test
    void letsPagesOfOtherOriginsSendAndReadAllHeadersOfTheProtocol() throws Exception {
        try (var streams = Streams.on(Sluice.inMemory().origins("https://app.example"), InstantSource.system())) {
            streams.text("a", "1");
            List<String> sent = List.of(
                    "content-type",
                    "authorization",
                    "if-none-match",
                    "stream-ttl",
                    "stream-expires-at",
                    "stream-seq",
                    "stream-closed",
                    "stream-forked-from",
                    "stream-fork-offset",
                    "stream-fork-sub-offset",
                    "producer-id",
                    "producer-epoch",
                    "producer-seq");
            for (String method : List.of("GET", "PUT", "POST", "HEAD", "DELETE")) {
                HttpResponse<String> preflight = streams.send(
                        "OPTIONS",
                        "a",
                        "Origin",
                        "https://app.example",
                        "Access-Control-Request-Method",
                        method,
                        "Access-Control-Request-Headers",
                        String.join(",", sent));
                assertThat(preflight.statusCode()).isEqualTo(204);
                assertThat(header(preflight, "Access-Control-Allow-Methods")).contains(method);
                assertThat(header(preflight, "Access-Control-Allow-Headers")
                                .toLowerCase(Locale.ROOT)
                                .split(", *"))
                        .containsAll(sent);
            }
            HttpResponse<String> read = streams.send("GET", "a", "Origin", "https://app.example");
            assertThat(header(read, "Access-Control-Allow-Origin")).isEqualTo("https://app.example");
            assertThat(header(read, "Access-Control-Expose-Headers").split(", *"))
                    .contains(
                            "ETag",
                            "Stream-Next-Offset",
                            "Stream-Cursor",
                            "Stream-Up-To-Date",
                            "Stream-Closed",
                            "Stream-TTL",
                            "Stream-Expires-At",
                            "Stream-SSE-Data-Encoding",
                            "Producer-Epoch",
                            "Producer-Seq",
                            "Producer-Expected-Seq",
                            "Producer-Received-Seq");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/octet-stream", "image/png"})
    void sendsBinaryStreamsInBase64(String type) throws Exception {
        try (var streams = Streams.inMemory()) {
            streams.sendBody("PUT", "a", "\0\1 bytes", "Content-Type", type, "Stream-Closed", "true");
            HttpResponse<String> events = streams.send("GET", "a?offset=-1&live=sse");
            assertThat(header(events, "Stream-SSE-Data-Encoding")).isEqualTo("base64");
            assertThat(events.body())
                    .startsWith("event: data\ndata:"
                            + Base64.getEncoder().encodeToString("\0\1 bytes".getBytes(StandardCharsets.UTF_8))
                            + "\n\nevent: control\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/json"})
    void sendsTextAndJsonAsTheyAre(String type) throws Exception {
        try (var streams = Streams.inMemory()) {
            streams.sendBody("PUT", "a", "[1]", "Content-Type", type, "Stream-Closed", "true");
            HttpResponse<String> events = streams.send("GET", "a?offset=-1&live=sse");
            assertThat(header(events, "Stream-SSE-Data-Encoding")).isEmpty();
            assertThat(events.body()).startsWith("event: data\ndata:[1]\n\nevent: control\n");
        }
    }

    @Test
    void takesAnEmptyArrayToCreateButNotToAppendAndACharsetAsTheSameType() throws Exception {
        try (var streams = Streams.inMemory()) {
            assertThat(streams.sendBody("PUT", "a", "[]", "Content-Type", "application/json")
                            .statusCode())
                    .isEqualTo(201);
            assertThat(streams.sendBody("POST", "a", "[]", "Content-Type", "application/json")
                            .statusCode())
                    .isEqualTo(400);
            assertThat(streams.sendBody(
                                    "POST",
                                    "a",
                                    "[ {\"n\" : 1e2} , [2],\"é\" ]",
                                    "Content-Type",
                                    "application/JSON; charset=utf-8")
                            .statusCode())
                    .isEqualTo(204);
            assertThat(streams.send("GET", "a").body()).isEqualTo("[{\"n\" : 1e2},[2],\"é\"]");
        }
    }

    // --- streams are channels

    @Test
    void shareOneOrderWithThePublishersAndReadersOfTheChannel() throws Exception {
        try (var streams = Streams.inMemory()) {
            streams.send("PUT", "chat/7", "Content-Type", "application/json");
            streams.sendBody("POST", "chat/7", "{\"n\":1}", "Content-Type", "application/json");
            streams.hub.channel("chat/7").publish("two");
            streams.sendBody("POST", "chat/7", "[3]", "Content-Type", "application/json");

            assertThat(streams.send("GET", "chat/7").body()).isEqualTo("[{\"n\":1},\"two\",3]");
            assertThat(streams.hub
                            .channels("**")
                            .earliest()
                            .read(10, Duration.ZERO)
                            .events())
                    .extracting(event -> event.text())
                    .containsExactly("{\"n\":1}", "two", "3");
            streams.hub.channel("chat/7").close();
            HttpResponse<String> refused = streams.sendBody("POST", "chat/7", "4", "Content-Type", "application/json");
            assertThat(refused.statusCode()).isEqualTo(409);
            assertThat(header(refused, "Stream-Closed")).isEqualTo("true");
        }
    }

    @Test
    void areOpenToThoseWhoMayUseTheChannel() throws Exception {
        var hub = Sluice.inMemory()
                .grant("anyone", Map.of("subscribe", List.of("public/**"), "publish", List.of("inbox/*")));
        try (var streams = Streams.on(hub, InstantSource.system())) {
            assertThat(streams.send("PUT", "public/a").statusCode()).isEqualTo(403);
            assertThat(streams.send("GET", "public/a").statusCode()).isEqualTo(404);
            assertThat(streams.send("PUT", "inbox/a").statusCode()).isEqualTo(201);
            assertThat(streams.send("GET", "inbox/a").statusCode()).isEqualTo(403);
            assertThat(streams.send("HEAD", "inbox/a").statusCode()).isEqualTo(403);
            assertThat(streams.send("POST", "inbox/a", "Stream-Closed", "true").statusCode())
                    .isEqualTo(403);
            assertThat(streams.send("DELETE", "inbox/a").statusCode()).isEqualTo(403);
            assertThat(streams.send("PUT", "inbox/b", "Stream-Forked-From", "/streams/inbox/a")
                            .statusCode())
                    .isEqualTo(403);
            assertThat(streams.send("PUT", "$program/streams/x").statusCode()).isEqualTo(400);
            assertThat(streams.send("PUT", "inbox/a/..").statusCode()).isEqualTo(400);
        }
    }

    @Test
    void areKeptBySharedCachesOnlyIfEverybodyMayReadThem() throws Exception {
        try (var streams = Streams.inMemory()) {
            streams.text("a", "1");
            assertThat(header(streams.send("GET", "a"), "Cache-Control")).startsWith("public");
            for (String each : List.of("Authorization", "Cookie"))
                assertThat(header(streams.send("GET", "a", each, "x=y"), "Cache-Control"))
                        .as(each)
                        .startsWith("private");
        }
        var hub = Sluice.inMemory()
                .authorizer(
                        request -> request.header("X-Api-Key").isPresent() ? Access.everything() : Access.nothing());
        try (var streams = Streams.on(hub, InstantSource.system())) {
            String[] headers = {"Content-Type", "text/plain", "X-Api-Key", "k"};
            streams.send("PUT", "a", headers);
            streams.sendBody("POST", "a", "1", headers);
            HttpResponse<String> page = streams.send("GET", "a", headers);
            assertThat(page.body()).isEqualTo("1");
            assertThat(header(page, "Cache-Control")).startsWith("private");
        }
    }

    @Test
    void countEachMessageOfAnAppendInTheCallersRateLimit() throws Exception {
        var hub = Sluice.inMemory().set("limits.publishes_per_second", "1");
        try (var streams = Streams.on(hub, InstantSource.system())) {
            streams.send("PUT", "a", "Content-Type", "application/json");
            String[] json = {"Content-Type", "application/json"};
            assertThat(streams.sendBody("POST", "a", "[1,2,3,4,5,6,7,8,9]", json)
                            .statusCode())
                    .isEqualTo(204);
            var refused = streams.sendBody("POST", "a", "10", json);
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.body()).contains("limits.publishes_per_second");
            assertThat(streams.sendBody("PUT", "b", "[1]", json).statusCode()).isEqualTo(429);
            assertThat(streams.send("GET", "a").body()).isEqualTo("[1,2,3,4,5,6,7,8,9]");
        }
    }

    @Test
    void countNothingOfAnAppendThatIsTooLongAndOnceOneThatIsTriedAgain() throws Exception {
        var refusals = new AtomicInteger();
        var log = new ForwardingLog(MemoryLog.builder(InstantSource.system()).open()) {
            @Override
            public CompletionStage<AppendResult.Batch> appendAll(List<Publication> publications) {
                if (refusals.getAndDecrement() <= 0) return super.appendAll(publications);
                var differs = new AppendResult.NewestDiffers(null);
                return CompletableFuture.completedStage(new AppendResult.Batch.None(0, differs));
            }
        };
        var hub = EmbeddedSluice.on(log, Configuration.DEFAULT, AccessFilter.OPEN);
        hub.set("limits.publishes_per_second", "1");
        String[] json = {"Content-Type", "application/json"};
        try (var streams = Streams.on(hub, InstantSource.system())) {
            streams.send("PUT", "a", json);
            String many = "[" + "1,".repeat(10_000) + "1]";
            assertThat(streams.sendBody("POST", "a", many, json).statusCode()).isEqualTo(413);
            refusals.set(50);
            assertThat(streams.sendBody("POST", "a", "1", "Content-Type", "application/json", "Stream-Seq", "1")
                            .statusCode())
                    .isEqualTo(204);
        }
    }

    @Test
    void sayThatEventsBeforeAnOffsetAreGone() throws Exception {
        var hub = Sluice.inMemory().rule("short", Map.of("retention.max_events", "1"));
        try (var streams = Streams.on(hub, InstantSource.system())) {
            String tail = streams.text("short", "1");
            for (int i = 2; i <= 40; i++) streams.hub.channel("short").publish("" + i);
            for (String live : List.of("", "&live=long-poll", "&live=sse"))
                assertThat(streams.send("GET", "short?offset=" + tail + live).statusCode())
                        .as(live)
                        .isEqualTo(410);
            assertThat(streams.send("GET", "short").body()).endsWith("40");
        }
    }

    @Test
    void continueWhereAllEventsAreGone() throws Exception {
        try (var streams = Streams.inMemory()) {
            streams.text("a", "1");
            streams.hub.channel("a").delete();
            String tail = next(streams.send("GET", "a?offset=-1"));
            assertThat(next(streams.send("HEAD", "a"))).isEqualTo(tail);
            for (String offset : List.of(tail, "now")) {
                HttpResponse<String> idle = streams.send("GET", "a?live=long-poll&offset=" + offset);
                assertThat(idle.statusCode()).isEqualTo(204);
                assertThat(next(idle)).isEqualTo(tail);
            }
            assertThat(streams.send("PUT", "b", "Stream-Forked-From", "/streams/a", "Stream-Fork-Offset", tail)
                            .statusCode())
                    .isEqualTo(201);
            streams.sendBody("POST", "a", "2", TEXT);
            assertThat(streams.send("GET", "a?offset=" + tail).body()).isEqualTo("2");
        }
    }

    @Test
    void keepTheirStateThroughARestartAndExpireAfterTheirIdleTime(@TempDir Path folder) throws Exception {
        var now = new AtomicReference<>(Instant.now());
        InstantSource clock = now::get;
        String tail;
        try (var streams = Streams.on(Sluice.in(folder), clock)) {
            streams.sendBody("PUT", "orders", "0;", "Content-Type", "text/plain", "Stream-TTL", "800");
            tail = next(produce(streams, "1", "0"));
        }
        try (var streams = Streams.on(Sluice.in(folder), clock)) {
            HttpResponse<String> repeated = produce(streams, "1", "0");
            assertThat(repeated.statusCode()).isEqualTo(204);
            assertThat(next(repeated)).isEqualTo(tail);
            assertThat(streams.send("GET", "orders").body()).isEqualTo("0;1/0;");
            now.updateAndGet(time -> time.plusSeconds(799));
            assertThat(streams.send("GET", "orders").statusCode()).isEqualTo(200);
            now.updateAndGet(time -> time.plusSeconds(799));
            assertThat(header(streams.send("HEAD", "orders"), "Stream-TTL")).isEqualTo("800");
            now.updateAndGet(time -> time.plusSeconds(1));
            assertThat(streams.send("HEAD", "orders").statusCode()).isEqualTo(404);
            assertThat(streams.hub.channel("orders").latest()).isEmpty();
        }
    }

    @Test
    void areFoundInALogThatTurnsOverWhileTheyAreWrittenTo() throws Exception {
        var now = new AtomicReference<>(Instant.now());
        try (var streams = Streams.on(Sluice.inMemory().set("memory.events_max", "40"), now::get)) {
            streams.text("a");
            for (int i = 0; i < 200; i++) {
                now.updateAndGet(time -> time.plusSeconds(1));
                assertThat(streams.sendBody("POST", "a", i + ";", TEXT).statusCode())
                        .isEqualTo(204);
            }
            assertThat(streams.send("GET", "a").body()).endsWith("199;");
        }
    }

    @Test
    void areCreatedAnewWhereTheLogHasDroppedTheirConfiguration() throws Exception {
        try (var streams = Streams.inMemory()) {
            streams.hub.publishAll(List.of(
                    StreamWrites.state("orders", StreamState.PRODUCER, "till", new ProducerState(1, 7), null),
                    StreamWrites.state("orders", StreamState.CLOSED, StreamState.CLOSED, new Closing(null), null)));
            assertThat(streams.send("GET", "orders").statusCode()).isEqualTo(404);
            assertThat(streams.send("PUT", "orders", TEXT).statusCode()).isEqualTo(201);
            assertThat(produce(streams, "1", "0").statusCode()).isEqualTo(200);
            assertThat(streams.send("GET", "orders").body()).isEqualTo("1/0;");
        }
    }

    @Test
    void areCreatedOverAChannelThatHasEvents() throws Exception {
        try (var streams = Streams.inMemory()) {
            streams.hub.channel("old").publish(Message.text("before;"));
            streams.text("old", "after");
            assertThat(streams.send("GET", "old").body()).isEqualTo("before;after");
            assertThat(streams.send("DELETE", "old").statusCode()).isEqualTo(204);
            assertThat(streams.hub.channel("old").publish("new")).isInstanceOf(PublishResult.Stored.class);
            assertThat(streams.send("GET", "old").statusCode()).isEqualTo(404);
        }
    }
}
