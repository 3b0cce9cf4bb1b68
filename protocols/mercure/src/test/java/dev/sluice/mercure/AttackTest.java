package dev.sluice.mercure;

import static dev.sluice.mercure.MercureHub.ALL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Sluice;
import dev.sluice.config.Configuration;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.event.Entry;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.ForwardingLog;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Read;
import dev.sluice.core.log.Retention;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.embed.EmbeddedSluice;
import dev.sluice.server.http.AccessFilter;
import dev.sluice.wire.SseBlock;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What hostile clients send, and the maximum of each limit.
final class AttackTest {
    private static final String CLAIMS = "{'mercure':{'publish':['*'],'subscribe':['*']}}";
    private static final String SUBSCRIPTIONS = "/.well-known/mercure/subscriptions{/topic}{/subscriber}";
    private static final int BIG = 200_000;

    // --- tokens

    @Test
    void acceptsNoTokenWithAnotherAlgorithmOrKey() throws Exception {
        var generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2_048);
        var pair = generator.generateKeyPair();
        String pem = "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(pair.getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
        TokenKey key = TokenKey.of("RS256", pem);
        String content = MercureHub.content("{'alg':'RS256','typ':'JWT'}", CLAIMS);
        var signer = Signature.getInstance("SHA256withRSA");
        signer.initSign(pair.getPrivate());
        signer.update(content.getBytes(StandardCharsets.US_ASCII));
        String signature = Base64.getUrlEncoder().withoutPadding().encodeToString(signer.sign());

        String secret = MercureHub.content("{'alg':'HS256','typ':'JWT'}", CLAIMS);
        String none = MercureHub.content("{'alg':'none','typ':'JWT'}", CLAIMS);
        List<String> forged = List.of(
                secret + "." + MercureHub.signature(secret, pem),
                secret + "." + MercureHub.signature(secret, pem.strip()),
                content + "." + MercureHub.signature(content, pem),
                none + ".",
                none + "." + signature,
                MercureHub.content("{'alg':'None'}", CLAIMS) + ".",
                MercureHub.content("{'typ':'JWT'}", CLAIMS) + "." + signature,
                content + "." + signature.substring(4),
                content + "." + "A".repeat(signature.length()),
                content + "." + signature + "." + signature,
                ALL);
        try (var mercure = MercureHub.on(Sluice.inMemory(), _ -> MercureSettings.of(key, key))) {
            assertThat(mercure.post(content + "." + signature, "topic", "a").statusCode())
                    .isEqualTo(200);
            for (String each : forged) {
                assertThat(mercure.post(each, "topic", "a").statusCode())
                        .as(each)
                        .isEqualTo(401);
                assertThat(mercure.send("GET", "?topic=a&authorization=" + each, "")
                                .statusCode())
                        .as(each)
                        .isEqualTo(401);
            }
        }
    }

    @Test
    void acceptsNoKeyMaterialOfTheTokenItself() throws Exception {
        try (var mercure = MercureHub.inMemory()) {
            for (String header : List.of(
                    "'jwk':{'kty':'oct','k':'QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE'}",
                    "'jku':'https://attacker.example/jwks'",
                    "'crit':['exp']",
                    "'x':" + "[".repeat(5_000) + "]".repeat(5_000))) {
                String content = MercureHub.content("{'alg':'HS256'," + header + "}", CLAIMS);
                String other = content + "." + MercureHub.signature(content, "A".repeat(34));
                assertThat(mercure.post(other, "topic", "a").statusCode())
                        .as(header)
                        .isIn(401, 431);
            }
        }
    }

    @Test
    void keepsTheKeysOfPublishersAndSubscribersApart() throws Exception {
        TokenKey subscribers = TokenKey.of("HS256", "s".repeat(32));
        try (var mercure = MercureHub.on(
                Sluice.inMemory(), _ -> MercureSettings.of(TokenKey.of("HS256", MercureHub.SECRET), subscribers))) {
            assertThat(mercure.post(ALL, "topic", "a").statusCode()).isEqualTo(200);
            try (var reader = mercure.readWith(ALL, "topic", "a")) {
                assertThat(reader.status()).isEqualTo(401);
            }
            String content = MercureHub.content("{'alg':'HS256'}", CLAIMS);
            String token = content + "." + MercureHub.signature(content, "s".repeat(32));
            assertThat(mercure.post(token, "topic", "a").statusCode()).isEqualTo(401);
            try (var reader = mercure.readWith(token, "topic", "a")) {
                assertThat(reader.status()).isEqualTo(200);
            }
        }
    }

    @Test
    void countsThePublishersCookieOnlyForPagesOfTheHub() throws Exception {
        try (var mercure = MercureHub.on(Sluice.inMemory().origins("*"), settings -> settings)) {
            String own = mercure.hub.uri().toString().replaceAll("/$", "");
            String cookie = "mercureAuthorization=" + ALL;
            String[][] foreign = {
                {}, {"Origin", "https://attacker.example"}, {"Origin", "null"}, {"Referer", own + ".attacker.example/"}
            };
            for (String[] each : foreign)
                assertThat(mercure.postWithCookie(cookie, each).statusCode()).isEqualTo(403);
            assertThat(mercure.postWithCookie(cookie, "Origin", own).statusCode())
                    .isEqualTo(200);
            assertThat(mercure.postWithCookie(cookie, "Referer", own + "/page?x")
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void refusesTokensOf1InAnAddress() throws Exception {
        String token = MercureHub.modern(MercureHub.detail("subscribe", "{'match':'*'}"));
        try (var mercure = MercureHub.inMemory()) {
            var refused = mercure.send("GET", "?match=a&authorization=" + token, "");
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.headers().firstValue("WWW-Authenticate").orElse(""))
                    .contains("error=\"invalid_request\"");
        }
    }

    // --- maxima

    @Test
    void storesAnUpdateWithTheMostAndLongestTopics() throws Exception {
        String[] fields = new String[36];
        for (int i = 0; i < 16; i++) {
            fields[2 * i] = "topic";
            fields[2 * i + 1] = "" + (char) ('a' + i) + "x".repeat(229);
        }
        fields[32] = "id";
        fields[33] = "é".repeat(255);
        fields[34] = "type";
        fields[35] = "t".repeat(64);
        try (var mercure = MercureHub.inMemory();
                var reader = mercure.read("topic", fields[31], "topic", "*")) {
            assertThat(mercure.publish(fields)).isEqualTo(fields[33]);
            mercure.publish("topic", "end");
            SseBlock block = reader.next();
            assertThat(block.id()).isEqualTo(fields[33]);
            assertThat(block.type()).isEqualTo(fields[35]);
            assertThat(reader.next().id()).startsWith("#");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "topic, 231, 413",
        "id, 256, 413",
        "type, 65, 400",
        "retry, 10, 400",
        "data, 1100000, 413",
        "unknown, 2001, 200"
    })
    void refusesLongerFields(String name, int length, int status) throws Exception {
        try (var mercure = MercureHub.inMemory()) {
            var response = mercure.post(ALL, "topic", "a", name, "1".repeat(length));
            assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        }
    }

    @Test
    void refusesAFormOfManyFields() throws Exception {
        String[] fields = new String[2_002];
        for (int i = 0; i < fields.length; i++) fields[i] = i % 2 == 0 ? "topic" : "a";
        try (var mercure = MercureHub.inMemory()) {
            assertThat(mercure.post(ALL, fields).statusCode()).isEqualTo(413);
        }
    }

    @Test
    void carriesAHundredTopicsOnOneConnectionAndRefusesMore() throws Exception {
        String[] topics = new String[200];
        for (int i = 0; i < topics.length; i++) topics[i] = i % 2 == 0 ? "topic" : "books/" + i / 2;
        try (var mercure = MercureHub.inMemory();
                var reader = mercure.read(topics)) {
            mercure.publish("topic", "books/100", "data", "not selected");
            for (int i : new int[] {0, 31, 32, 99}) {
                mercure.publish("topic", "books/" + i, "data", "" + i);
                assertThat(reader.data()).isEqualTo("" + i);
            }
            assertThat(mercure.send("GET", "?" + MercureHub.form(topics) + "&match=x", "")
                            .statusCode())
                    .isEqualTo(400);
        }
    }

    @ParameterizedTest
    @CsvSource({"match_urlpattern, /*a, 121, 4", "topic, /{a}/{b}, 50, 5"})
    void refusesPatternsThatCostTooMuch(String parameter, String part, int repeated, int most) throws Exception {
        String[] selectors = new String[2 * most];
        for (int i = 0; i < selectors.length; i++) selectors[i] = i % 2 == 0 ? parameter : part.repeat(repeated);
        try (var mercure = MercureHub.inMemory();
                var reader = mercure.read(selectors)) {
            assertThat(reader.status()).isEqualTo(200);
            String more = MercureHub.form(selectors) + "&" + MercureHub.form(parameter, part);
            var refused = mercure.send("GET", "?" + more, "");
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body()).contains("wildcards");
        }
    }

    @Test
    void refusesMoreSubscriptionsThanItLists() throws Exception {
        String[] topics = new String[38];
        for (int i = 0; i < topics.length; i++) topics[i] = i % 2 == 0 ? "topic" : "a" + i;
        try (var mercure = MercureHub.on(
                        Sluice.inMemory(), each -> each.anonymous().subscriptions(), 21_800);
                var watcher = mercure.readWith(ALL, "topic", SUBSCRIPTIONS)) {
            assertThat(watcher.data()).contains("\"active\":true");
            try (var most = mercure.read(topics)) {
                for (int i = 0; i < topics.length / 2; i++)
                    assertThat(watcher.data()).contains("\"active\":true");
                assertThat(most.status()).isEqualTo(200);
                try (var more = mercure.read("topic", "b")) {
                    assertThat(more.status()).isEqualTo(503);
                }
            }
            for (int i = 0; i < topics.length / 2; i++)
                assertThat(watcher.data()).contains("\"active\":false");
            try (var again = mercure.read("topic", "b")) {
                assertThat(again.status()).isEqualTo(200);
            }
        }
    }

    // --- floods and slow readers

    @Test
    void countsAnUpdateForEachOfItsTopicsInTheRateLimitOfItsPublisher() throws Exception {
        String[] topics = new String[32];
        for (int i = 0; i < topics.length; i++) topics[i] = i % 2 == 0 ? "topic" : "a" + i;
        String alice = MercureHub.legacy("'publish':['*']", ",'sub':'alice'");
        try (var mercure = MercureHub.on(
                        Sluice.inMemory().set("limits.publishes_per_second", "1"), MercureSettings::anonymous);
                var reader = mercure.read("topic", "b")) {
            assertThat(mercure.post(alice, topics).statusCode()).isEqualTo(200);
            var refused = mercure.post(alice, "topic", "b", "data", "refused");
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValue("Content-Type")).contains("application/problem+json");
            assertThat(refused.body()).contains("limits.publishes_per_second");
            assertThat(Integer.parseInt(
                            refused.headers().firstValue("Retry-After").orElse("")))
                    .isBetween(1, 12);
            mercure.publish(topics); // Without a name, it is counted by its address.
            assertThat(mercure.post(ALL, "topic", "b", "data", "refused").statusCode())
                    .isEqualTo(429);
            mercure.hub.channel("mercure/b").publish("marker");
            assertThat(reader.data()).isEqualTo("marker");
        }
    }

    @Test
    void forgetsTheSubscriptionsOfAFlood() throws Exception {
        int flood = 50;
        try (var mercure = MercureHub.on(
                        Sluice.inMemory(), each -> each.anonymous().subscriptions());
                var watcher = mercure.readWith(ALL, "topic", SUBSCRIPTIONS)) {
            assertThat(watcher.data()).contains("\"active\":true");
            List<Reader> readers = new ArrayList<>();
            for (int i = 0; i < flood; i++) {
                readers.add(mercure.read("topic", "a" + i, "topic", "b" + i));
                for (int k = 0; k < 2; k++) assertThat(watcher.data()).contains("\"active\":true");
            }
            for (Reader each : readers) each.close();
            for (int i = 0; i < 2 * flood; i++) assertThat(watcher.data()).contains("\"active\":false");
            String left = mercure.send("GET", "/subscriptions", "", "Authorization", "Bearer " + ALL)
                    .body();
            assertThat(left).containsOnlyOnce("\"topic\":");
        }
    }

    @Test
    void limitsWhatAllSlowReadersHoldAndLosesNothing() throws Exception {
        int events = 60;
        int slow = 4;
        try (var mercure = MercureHub.on(Sluice.inMemory(), MercureSettings::anonymous, 512 << 10);
                var bystander = mercure.read("topic", "small")) {
            List<RawReader> readers = new ArrayList<>();
            for (int i = 0; i < slow; i++) readers.add(new RawReader(mercure, MercureSettings.PATH + "?topic=big"));
            for (int i = 0; i < events; i++) {
                mercure.publish("topic", "big", "data", i + ":" + "x".repeat(BIG));
                mercure.publish("topic", "small", "data", "" + i);
                assertThat(bystander.data()).isEqualTo("" + i);
            }
            int closed = 0;
            for (RawReader each : readers) {
                try (each) {
                    List<SseBlock> read = new ArrayList<>(each.readUntil(block -> isLast(block, events)));
                    while (!isLast(read.getLast(), events)) {
                        closed++;
                        String id = read.getLast().id().replace("#", "%23");
                        try (var again =
                                new RawReader(mercure, MercureSettings.PATH + "?topic=big&lastEventID=" + id)) {
                            read.addAll(again.readUntil(block -> isLast(block, events)));
                        }
                    }
                    assertThat(read.stream()
                                    .map(block -> block.data()
                                            .substring(0, block.data().indexOf(':'))))
                            .hasSize(events)
                            .doesNotHaveDuplicates();
                }
            }
            assertThat(closed).isGreaterThanOrEqualTo(slow - 1);
        }
    }

    private static boolean isLast(SseBlock block, int events) {
        return block.data().startsWith(events - 1 + ":");
    }

    @Test
    void endsTheStreamOfAReaderThatRetentionHasOvertaken() throws Exception {
        try (var mercure = MercureHub.on(
                        Sluice.inMemory().rule("mercure/**", Map.of("retention.max_events", "3")),
                        MercureSettings::anonymous);
                var slow = new RawReader(mercure, MercureSettings.PATH + "?topic=big")) {
            for (int i = 0; i < 60; i++) mercure.publish("topic", "big", "data", i + ":" + "x".repeat(BIG));
            List<SseBlock> read = slow.readUntil(block -> isLast(block, 60));
            assertThat(isLast(read.getLast(), 60)).isFalse();
            String id = read.getLast().id().replace("#", "%23");
            try (var again = new RawReader(mercure, MercureSettings.PATH + "?topic=big&lastEventID=" + id)) {
                assertThat(again.head).contains("earliest");
                assertThat(again.readUntil(block -> isLast(block, 60))).hasSize(3);
            }
        }
    }

    @Test
    void keepsNothingOfTheHistoryThatAStreamHasSent() throws Exception {
        var sent = new AtomicReference<WeakReference<Entry>>();
        Log one = MemoryLog.builder(InstantSource.system())
                .retention(_ -> Retention.events(1))
                .limits(limits -> limits.slackMax(1))
                .open();
        var log = new ForwardingLog(one) {
            @Override
            public Read read(ReadCursor place, Selection selection, Filter filter, int entriesMax, long bytesMax) {
                Read read = super.read(place, selection, filter, entriesMax, bytesMax);
                if (read instanceof Read.Batch(List<Entry> entries, Cursor _) && !entries.isEmpty())
                    sent.compareAndSet(null, new WeakReference<>(entries.getFirst()));
                return read;
            }
        };
        Sluice hub = EmbeddedSluice.on(log, Configuration.DEFAULT, AccessFilter.OPEN);
        try (var mercure = MercureHub.on(hub, MercureSettings::anonymous)) {
            mercure.publish("topic", "a", "data", "0");
            try (var reader = mercure.read("topic", "a", "lastEventID", "earliest")) {
                assertThat(reader.data()).isEqualTo("0");
                for (int i = 1; i <= 40; i++) { // Until the log forgets the first one.
                    mercure.publish("topic", "a", "data", "" + i);
                    assertThat(reader.data()).isEqualTo("" + i);
                }
                long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
                while (sent.get().get() != null) {
                    assertThat(System.nanoTime()).isLessThan(deadlineNs);
                    System.gc();
                }
            }
        }
    }

    @Test
    void findsIdsOfPublishersInALogThatHoldsMoreThanItKnows() throws Exception {
        try (var mercure = MercureHub.on(Sluice.inMemory(), MercureSettings::anonymous, 10 << 10)) {
            for (int i = 0; i < 30; i++) mercure.publish("topic", "a", "data", "" + i, "id", "own-" + i);
            try (var known = mercure.read("topic", "a", "lastEventID", "own-25");
                    var forgotten = mercure.read("topic", "a", "lastEventID", "own-2")) {
                assertThat(known.header("Mercure-Last-Event-ID")).isEqualTo("own-25");
                assertThat(known.data()).isEqualTo("26");
                assertThat(forgotten.header("Mercure-Last-Event-ID")).isEqualTo("earliest");
                assertThat(forgotten.data()).isEqualTo("0");
            }
            mercure.publish("topic", "a", "data", "new", "id", "own-30");
            try (var reader = mercure.read("topic", "a", "lastEventID", "own-29")) {
                assertThat(reader.data()).isEqualTo("new");
            }
        }
    }
}
