package dev.sluice.server.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.channel.HubSettings;
import dev.sluice.core.event.Draft;
import dev.sluice.core.log.BackwardRead;
import dev.sluice.core.log.ForwardingLog;
import dev.sluice.core.log.Log;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.server.Await;
import dev.sluice.server.RawClient;
import dev.sluice.server.TestServer;
import dev.sluice.server.json.Json;
import dev.sluice.server.metrics.SearchCounts;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// Searches through the whole log over real sockets.
final class LogSearchTest {
    /// The lines of an answer: ids of matches, and the members of its end.
    private record Found(List<String> ids, int progress, Map<String, Object> end) {
        Object histogram(String member) {
            return ((Map<?, ?>) end.get("histogram")).get(member);
        }
    }

    @SuppressWarnings("unchecked")
    private static Found search(TestServer server, String pathAndQuery) {
        var answer = server.get(pathAndQuery);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/x-ndjson");
        List<String> ids = new ArrayList<>();
        int progress = 0;
        Map<String, Object> end = Map.of();
        for (String line : answer.body().split("\n")) {
            assertThat(end).as("the end is the last line").isEmpty();
            Map<String, Object> message;
            try {
                message = Json.read(line.getBytes(StandardCharsets.UTF_8), Map.class);
            } catch (Exception broken) {
                throw new AssertionError(line, broken);
            }
            if (message.containsKey("id")) ids.add((String) message.get("id"));
            else if (message.containsKey("progress")) progress++;
            else end = (Map<String, Object>) message.get("end");
        }
        assertThat(end).as(answer.body()).isNotNull();
        return new Found(ids, progress, end);
    }

    @Test
    void findsWhatWasPublishedInBothOrdersAndPageByPage() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        try (var server = TestServer.start()) {
            List<String> all = new ArrayList<>();
            List<String> needles = new ArrayList<>();
            for (int i = 0; i < 3_000; i++) {
                boolean isNeedle = random.nextInt(40) == 0;
                String id = server.publish(Draft.event(
                                new ChannelName("a/" + i % 2),
                                i % 3 == 0 ? "third" : "other",
                                TestServer.text((isNeedle ? "a NEEDLE " : "hay ") + i)))
                        .text();
                all.add(id);
                if (isNeedle) needles.add(id);
            }
            Found oldest = search(server, "/search/a/*?q=needle&order=oldest&limit=1000");
            assertThat(oldest.ids).as("seed %s", seed).isEqualTo(needles);
            assertThat(oldest.end)
                    .containsEntry("looked", 3_000)
                    .containsEntry("found", needles.size())
                    .containsEntry("reason", "all")
                    .containsEntry("at", all.getLast())
                    .doesNotContainKey("next");
            List<String> paged = new ArrayList<>();
            String from = "";
            while (true) {
                Found page = search(server, "/search/a/*?q=needle&limit=7" + from);
                paged.addAll(page.ids);
                if (page.end.get("reason").equals("all")) break;
                assertThat(page.ids).hasSize(7);
                from = "&before=" + page.end.get("next");
            }
            assertThat(paged).as("seed %s", seed).isEqualTo(needles.reversed());
            Found counted = search(server, "/search/a/1?q=type:third&limit=0&type=third,none&buckets=12");
            assertThat(counted.ids).isEmpty();
            assertThat(counted.end).containsEntry("looked", 1_500).containsEntry("found", 500);
            List<?> counts = (List<?>) counted.histogram("counts");
            assertThat(counts).hasSize(12);
            assertThat(counts.stream().mapToInt(each -> (Integer) each).sum()).isEqualTo(500);
            Map<?, ?> types =
                    (Map<?, ?>) search(server, "/search/a/*?limit=0&buckets=12").histogram("types");
            assertThat(types.keySet().toString()).isEqualTo("[other, third]");
            List<?> third = (List<?>) types.get("third");
            assertThat(third).hasSize(12);
            assertThat(third.stream().mapToInt(each -> (Integer) each).sum()).isEqualTo(1_000);
            assertThat((String) counted.histogram("since")).isLessThan((String) counted.histogram("until"));
            assertThat(search(server, "/search/none?buckets=5").end).containsEntry("looked", 0);
        }
    }

    /// With more channels than are merged, slices look at all events of the log, and have few of the selection.
    @Test
    void goesOnWhereASearchEndedThatLookedAtOtherChannelsOnly() {
        Log log = MemoryLog.builder(InstantSource.system())
                .limits(limits -> limits.lookMax(1))
                .open();
        try (var server = TestServer.start(log)) {
            int others = RunningSearch.SLICES_MAX + 100;
            for (int i = 0; i < others; i++) server.publish("b", "hay");
            List<String> needles = new ArrayList<>();
            for (int i = 0; i < 300; i++)
                needles.add(server.publish("a/" + i, "needle").text());
            for (int i = 0; i < others; i++) server.publish("b", "hay");
            assertThat(searches(server, "order=oldest", "after")).isEqualTo(needles);
            assertThat(searches(server, "order=newest", "before")).isEqualTo(needles.reversed());
        }
    }

    /// The ids that a search finds together with those that go on.
    private static List<String> searches(TestServer server, String order, String place) {
        List<String> found = new ArrayList<>();
        Found part = search(server, "/search/a/*?limit=1000&" + order);
        assertThat(part.end).containsEntry("reason", "looked");
        while (!part.end.get("reason").equals("all")) {
            found.addAll(part.ids);
            assertThat(part.end).containsKey("next");
            part = search(server, "/search/a/*?limit=1000&" + order + "&" + place + "=" + part.end.get("next"));
        }
        found.addAll(part.ids);
        return found;
    }

    @Test
    void refusesWhatItDoesNotUnderstand() {
        try (var server = TestServer.start()) {
            for (String query :
                    List.of("a//b", "a?order=random", "a?since=soon", "a?buckets=121", "a?before=%20", "a?w=1"))
                assertThat(server.get("/search/" + query).statusCode())
                        .as(query)
                        .isEqualTo(400);
        }
    }

    /// A log whose backward reads wait until a test lets them go.
    private static final class SlowLog extends ForwardingLog {
        private final CompletableFuture<Void> permission = new CompletableFuture<>();
        private final AtomicInteger reads = new AtomicInteger();

        SlowLog(Log log) {
            super(log);
        }

        @Override
        public CompletionStage<BackwardRead> readBack(Cursor upTo, Selection selection, int entriesMax, long bytesMax) {
            reads.incrementAndGet();
            return permission.thenCompose(_ -> super.readBack(upTo, selection, entriesMax, bytesMax));
        }
    }

    @Test
    void limitsTheSearchesOfACallerAndEndsThemWithItsConnections() {
        SlowLog log = new SlowLog(MemoryLog.builder(InstantSource.system()).open());
        try (var server = TestServer.start(log)) {
            for (int i = 0; i < 1_200; i++) server.publish("a", "event " + i);
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < SearchBudget.CALLER_MAX; i++) {
                RawClient client = new RawClient(server).get("/search/a?limit=0");
                client.until("\r\n\r\n");
                clients.add(client);
            }
            var refused = server.get("/search/a");
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.body()).contains("too-many");
            Await.that(() -> log.reads.get() == SearchBudget.CALLER_MAX);
            clients.forEach(RawClient::close);
            server.awaitConnections(1); // That of the requests above.
            log.permission.complete(null);
            Await.that(() -> server.get("/search/a?limit=0").statusCode() == 200);
            // Of the searches whose clients left, none read a second slice.
            assertThat(log.reads.get()).isEqualTo(SearchBudget.CALLER_MAX + 3);
        }
    }

    /// Sixteen searches of as many clients, and no place for a further one until one of them ends.
    @Test
    void limitsTheSearchesOfAllCallersTogether() {
        SlowLog log = new SlowLog(MemoryLog.builder(InstantSource.system()).open());
        try (var server = TestServer.start(log)) {
            for (int i = 0; i < 1_200; i++) server.publish("a", "event " + i);
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < SearchBudget.ALL_MAX; i++) {
                String from = "127.0.1." + (1 + i);
                RawClient client = new RawClient(server.server().uri().getPort(), from);
                client.get("/search/a?q=%22event%20999%22").until("\r\n\r\n");
                clients.add(client);
            }
            var refused = server.get("/search/a");
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
            server.publish("a", "meanwhile");
            log.permission.complete(null);
            for (RawClient client : clients) {
                assertThat(client.rest()).contains("\"reason\":\"all\",\"looked\":1200,\"found\":1");
                client.close();
            }
            assertThat(search(server, "/search/a?q=meanwhile").ids).hasSize(1);
        }
    }

    @Test
    void endsWithWhatIsLeftOfAChannelThatIsDeletedMeanwhile() {
        SlowLog log = new SlowLog(MemoryLog.builder(InstantSource.system()).open());
        try (var server = TestServer.start(log);
                RawClient client = new RawClient(server)) {
            for (int i = 0; i < 1_200; i++) server.publish("a", "event " + i);
            client.get("/search/a?limit=0").until("\r\n\r\n");
            Await.that(() -> log.reads.get() == 1);
            assertThat(log.delete(new ChannelName("a")).toCompletableFuture().join())
                    .isTrue();
            log.permission.complete(null);
            assertThat(client.rest()).contains("\"reason\":\"all\",\"looked\":0");
        }
    }

    /// A query that is made to be slow ends like one that has looked at as much as it may.
    @Test
    void endsASearchThatKeepsItsThreadBusyForTooLong() {
        AtomicReference<TestServer> started = new AtomicReference<>();
        Log slow = new ForwardingLog(MemoryLog.builder(InstantSource.system()).open()) {
            @Override
            public CompletionStage<BackwardRead> readBack(
                    Cursor upTo, Selection selection, int entriesMax, long bytesMax) {
                started.get().pass(Duration.ofSeconds(25));
                return super.readBack(upTo, selection, entriesMax, bytesMax);
            }
        };
        try (var server = TestServer.start(slow)) {
            started.set(server);
            for (int i = 0; i < 3_000; i++) server.publish("a", "event " + i);
            Found found = search(server, "/search/a?limit=0");
            assertThat(found.end).containsEntry("reason", "looked").containsKey("next");
            assertThat((int) found.end.get("looked")).isBetween(1_000, 2_000);
        }
    }

    @Test
    void replacesClientsThatReadNothingByANewSearch() {
        try (var server = TestServer.start()) {
            for (int i = 0; i < 400; i++) server.publish("a", "x".repeat(50_000));
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 4 * SearchBudget.ALL_MAX; i++) {
                String from = "127.0.1." + (1 + i / 4);
                clients.add(new RawClient(server.server().uri().getPort(), from).get("/search/a?limit=1000"));
            }
            SearchCounts counts = server.server().reading().searches();
            for (int i = 0; i < 4; i++) {
                Await.that(() -> {
                    server.pass(Duration.ofNanos(SearchBudget.WAITS_NS_MIN));
                    return server.get("/search/a?limit=0").statusCode() == 200;
                });
            }
            assertThat(counts.outcomes().get("left")).isPositive();
            clients.forEach(RawClient::close);
        }
    }

    @Test
    void endsASearchThatLastsTooLong() {
        SlowLog log = new SlowLog(MemoryLog.builder(InstantSource.system()).open());
        try (var server = TestServer.start(log, TestServer.settings(quicklyStalled()));
                RawClient client = new RawClient(server)) {
            for (int i = 0; i < 1_200; i++) server.publish("a", "event " + i);
            client.get("/search/a").until("\r\n\r\n");
            Await.that(() -> log.reads.get() == 1);
            server.pass(Duration.ofNanos(RunningSearch.LIFE_NS_MAX).plusSeconds(1));
            SearchCounts counts = server.server().reading().searches();
            Await.that(() -> counts.outcomes().get("left") == 1);
        }
    }

    private static HubSettings quicklyStalled() {
        HubSettings hub = TestServer.settings(2).hub();
        return new HubSettings(
                hub.encodedBytes(), hub.answersBytes(), Duration.ofMillis(200), hub.resolve(), hub.overflow());
    }

    @Test
    void givesThePlaceOfAClientThatNeverReadsToAnother() {
        try (var server = TestServer.start(quicklyStalled())) {
            for (int i = 0; i < 400; i++) server.publish("a", "x".repeat(50_000));
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < SearchBudget.CALLER_MAX; i++)
                clients.add(new RawClient(server).get("/search/a?limit=1000"));
            SearchCounts counts = server.server().reading().searches();
            Await.that(() -> counts.outcomes().get("left") == SearchBudget.CALLER_MAX);
            assertThat(search(server, "/search/a?limit=0").end).containsEntry("found", 400);
            clients.forEach(RawClient::close);
        }
    }

    @Test
    void endsWithTheHub() {
        SlowLog log = new SlowLog(MemoryLog.builder(InstantSource.system()).open());
        TestServer server = TestServer.start(log);
        for (int i = 0; i < 1_200; i++) server.publish("a", "event " + i);
        try (RawClient client = new RawClient(server)) {
            client.get("/search/a?limit=0").until("\r\n\r\n");
            Await.that(() -> log.reads.get() == 1);
            server.close();
            log.permission.complete(null); // Nobody waits for it any more.
            assertThat(client.rest()).doesNotContain("\"end\"");
        }
    }

    @Test
    void waitsForAClientThatDoesNotReadAndServesOthersMeanwhile() {
        try (var server = TestServer.start()) {
            for (int i = 0; i < 400; i++) server.publish("a", "x".repeat(50_000));
            try (RawClient client = new RawClient(server).get("/search/a?limit=1000")) {
                client.until("\r\n\r\n");
                // Another search is served meanwhile.
                assertThat(search(server, "/search/a?limit=0").end).containsEntry("found", 400);
                assertThat(client.rest()).contains("\"end\":{\"reason\":\"all\",\"looked\":400,\"found\":400");
            }
        }
    }

    @Test
    void delaysNoDeliveryWhileItsThreadIsBusy() throws InterruptedException {
        CountDownLatch isSearching = new CountDownLatch(1);
        CountDownLatch isDelivered = new CountDownLatch(1);
        Log log = new ForwardingLog(MemoryLog.builder(InstantSource.system()).open()) {
            @Override
            public CompletionStage<BackwardRead> readBack(
                    Cursor upTo, Selection selection, int entriesMax, long bytesMax) {
                isSearching.countDown();
                try {
                    if (!isDelivered.await(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                        throw new AssertionError("not delivered while a slice ran");
                } catch (InterruptedException interrupted) {
                    throw new AssertionError(interrupted);
                }
                return super.readBack(upTo, selection, entriesMax, bytesMax);
            }
        };
        try (var server = TestServer.start(log, TestServer.settings(1));
                RawClient searcher = new RawClient(server);
                RawClient reader = new RawClient(server)) {
            server.publish("a", "before");
            reader.get("/channels/a?as=sse").until("\r\n\r\n");
            searcher.get("/search/a");
            assertThat(isSearching.await(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            server.publish("a", "meanwhile");
            reader.until("meanwhile");
            isDelivered.countDown();
            assertThat(searcher.rest()).contains("\"reason\":\"all\",\"looked\":1");
        }
    }
}
