package dev.sluice.server.maximum;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.RawClient;
import dev.sluice.server.TestServer;
import dev.sluice.server.transport.WebSocketListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// One client takes all that a limit allows, and then some. It meets the outcome that the limit promises, while a
/// bystander on the same event loop goes on: all that it publishes is acknowledged, and delivered once and in order.
///
/// The work between two turns of the bystander has its own bounds, counted in steps:
///
/// - Subscriptions, patterns and readers: `TurnsAtTheMaximumTest` (core).
/// - Bodies, lines, messages and answers that wait for a slow client: a round that makes room looks at each of them
///   once, so at most once for each connection, and frees a quarter of the budget (`InFlightBytesTest`). A body is read
///   in parts of `http.part_max`, an answer is measured 256 KiB and written 16 KiB at a time (`PollBody`).
/// - Waiters: an append costs one look, however many wait for a later place (`Waiters`).
/// - Channels, idempotency keys, members and connections are looked up, not searched: they cost nothing between turns.
///
/// The limits are small here. With `-Dsluice.long=true` they are the defaults, for which see [Maxima].
final class OneClientAtEveryMaximumTest {
    private static final Maxima MAXIMA = Maxima.inForce();

    /// Names in one subscription of those that take many.
    private static final int NAMES = 32;

    /// So many events the bystander publishes before the attack, and beside all that it holds in the end. It goes on
    /// meanwhile.
    private static final int TURNS = 20;

    /// Takes all of a limit and asks for more, and expects what the limit promises then.
    interface Attack {
        void takeAll(Attacker attacker) throws Exception;
    }

    private static Stream<Arguments> limits() {
        return Stream.of(
                limit("memory.channels_max", OneClientAtEveryMaximumTest::channels),
                limit("memory.keys_max", OneClientAtEveryMaximumTest::keys),
                limit("memory.size_max", OneClientAtEveryMaximumTest::events),
                limit("memory.waiters_max", OneClientAtEveryMaximumTest::waiters),
                limit("subscribe.session_subscriptions_max", OneClientAtEveryMaximumTest::sessionSubscriptions),
                limit("subscribe.session_patterns_max", OneClientAtEveryMaximumTest::sessionPatterns),
                limit("subscribe.subscriptions_max", OneClientAtEveryMaximumTest::subscriptions),
                limit("subscribe.patterns_max", OneClientAtEveryMaximumTest::patterns),
                limit("subscribe.presence_members_max", OneClientAtEveryMaximumTest::members),
                limit("publish.under_way_max by bodies", attacker -> uploads(attacker, "/channels/idle")),
                limit("publish.under_way_max by lines", attacker -> uploads(attacker, "/channels/idle?split=line")),
                limit("publish.under_way_max by messages", attacker -> messages(attacker, "/channels/idle", false)),
                limit("publish.under_way_max by sessions", attacker -> messages(attacker, "/session", true)),
                limit("publish.unacknowledged_max", OneClientAtEveryMaximumTest::unacknowledged),
                limit("delivery.answers_max", OneClientAtEveryMaximumTest::answers),
                limit("connections_max", OneClientAtEveryMaximumTest::connections));
    }

    private static Arguments limit(String setting, Attack attack) {
        return Arguments.of(setting, attack);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("limits")
    void leavesABystanderAlone(String setting, Attack attack) throws Exception {
        try (TestServer server = MAXIMA.server();
                Attacker attacker = new Attacker(server);
                Bystander bystander = new Bystander(server)) {
            bystander.turns(TURNS);
            attack.takeAll(attacker);
            bystander.turns(TURNS);
        }
    }

    private static void channels(Attacker attacker) {
        String answer =
                attacker.publish(MAXIMA.channels(), i -> "{\"channel\":\"c/" + i + "\",\"data\":1}", _ -> "X-No: 1");
        assertFull(answer, "channels_max");
        assertThat(attacker.post("/channels/c/0", "x"))
                .as("a channel that there is")
                .startsWith("HTTP/1.1 201 ");
    }

    /// The oldest make room, so nobody is refused.
    private static void keys(Attacker attacker) {
        String first = "Idempotency-Key: first";
        assertThat(attacker.post("/channels/keys", "x", first)).startsWith("HTTP/1.1 201 ");
        assertThat(attacker.post("/channels/keys", "x", first)).contains("Idempotent-Replay: true");
        attacker.publish(MAXIMA.keys(), _ -> "{\"channel\":\"keys\",\"data\":1}", i -> "Idempotency-Key: k" + i);
        assertThat(attacker.post("/channels/keys", "x", first))
                .startsWith("HTTP/1.1 201 ")
                .doesNotContain("Idempotent-Replay");
    }

    /// The oldest make room, and who looks for them is told.
    private static void events(Attacker attacker) {
        String first =
                Attacker.body(attacker.post("/channels/flood", "x")).get("id").asString();
        int bytes = MAXIMA.eventBytes() / 4;
        String line = "{\"channel\":\"flood\",\"data\":\"" + "x".repeat(bytes) + "\"}";
        String answer = attacker.publish((int) (MAXIMA.logBytes() / bytes * 5 / 4), _ -> line, _ -> "X-No: 1");
        assertThat(answer).startsWith("HTTP/1.1 200 ");
        assertThat(attacker.get("/channels/flood?as=json&limit=1&after=" + first))
                .contains("\"gap\"");
    }

    private static void waiters(Attacker attacker) {
        String ahead =
                ahead(Attacker.body(attacker.post("/channels/w", "x")).get("id").asString());
        List<RawClient> all = new ArrayList<>();
        for (int i = 0; i <= MAXIMA.waiters(); i++) {
            all.add(attacker.raw().get("/channels/w?as=json&wait=60&after=" + ahead));
        }
        assertThat(Attacker.answered(all, client -> client).until("}\n")).startsWith("HTTP/1.1 503 ");
    }

    /// A place of the same epoch that the log never reaches.
    private static String ahead(String id) {
        return id.substring(0, id.lastIndexOf('-')) + "-999999999999";
    }

    private static void sessionSubscriptions(Attacker attacker) {
        WebSocketListener session = attacker.session();
        for (int i = 0; i < MAXIMA.sessionSubscriptions(); i++) {
            assertThat(Attacker.subscribe(session, i, List.of("bystander"))).contains("\"op\":\"ok\"");
        }
        assertFull(Attacker.subscribe(session, -1, List.of("x")), "subscribe.session_subscriptions_max");
    }

    private static void sessionPatterns(Attacker attacker) {
        WebSocketListener session = attacker.session();
        for (int i = 0; i < MAXIMA.sessionPatterns() / NAMES; i++) {
            assertThat(Attacker.subscribe(session, i, names(i))).contains("\"op\":\"ok\"");
        }
        assertFull(Attacker.subscribe(session, -1, List.of("x")), "subscribe.session_patterns_max");
    }

    private static List<String> names(int subscription) {
        return IntStream.range(0, NAMES)
                .mapToObj(i -> "*/" + subscription + "/" + i)
                .toList();
    }

    private static void subscriptions(Attacker attacker) {
        assertFull(untilRefused(attacker, MAXIMA.sessionSubscriptions(), 1), "subscribe.subscriptions_max");
    }

    private static void patterns(Attacker attacker) {
        assertFull(untilRefused(attacker, MAXIMA.sessionPatterns() / NAMES, NAMES), "subscribe.patterns_max");
    }

    /// Subscribes in one session after the other.
    ///
    /// @return the answer to the first subscription that is refused
    private static String untilRefused(Attacker attacker, int subscriptions, int names) {
        while (true) {
            WebSocketListener session = attacker.session();
            for (int i = 0; i < subscriptions; i++) {
                String answer = Attacker.subscribe(session, i, names(i).subList(0, names));
                if (answer.contains("\"op\":\"error\"")) return answer;
            }
        }
    }

    /// A member stays behind the end of its long poll, so one connection makes any number.
    private static void members(Attacker attacker) {
        attacker.post("/channels/room", "x");
        String join = "/channels/room?as=json&wait=1&after=earliest&limit=1&join=true&client=";
        for (int i = 0; i < MAXIMA.members(); i++) {
            assertThat(attacker.get(join + i)).startsWith("HTTP/1.1 200 ");
        }
        assertFull(attacker.get(join + "more"), "subscribe.presence_members_max");
    }

    /// Half as many again as there is room for, all but the last byte of each.
    private static int unfinished() {
        return (int) (MAXIMA.underWayBytes() / MAXIMA.eventBytes() * 3 / 2);
    }

    private static void uploads(Attacker attacker, String path) {
        String head = "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + MAXIMA.eventBytes();
        String body = "a".repeat(MAXIMA.eventBytes() - 1);
        List<RawClient> all = new ArrayList<>();
        for (int i = 0; i < unfinished(); i++) {
            all.add(attacker.raw().send(head + "\r\n\r\n" + body));
        }
        assertFull(Attacker.answered(all, client -> client).until("}\n"), "publish.under_way_max");
    }

    private static void messages(Attacker attacker, String path, boolean isSession) throws IOException {
        byte[] part = new byte[MAXIMA.eventBytes()];
        List<WebSocketListener> all = new ArrayList<>();
        for (int i = 0; i < unfinished(); i++) {
            WebSocketListener line = isSession ? attacker.session() : attacker.webSocket(path + "?envelope=raw");
            all.add(line.send(0x01, part)); // No last fragment.
        }
        byte[] close = Attacker.answered(all, WebSocketListener::client).frame().payload();
        assertThat(((close[0] & 0xFF) << 8) | (close[1] & 0xFF)).isEqualTo(1013);
        assertThat(new String(close, 2, close.length - 2, StandardCharsets.UTF_8))
                .contains("publish.under_way_max");
    }

    /// Not refused, but held back until the log has what came before.
    private static void unacknowledged(Attacker attacker) {
        WebSocketListener line = attacker.webSocket("/channels/quiet");
        String data = "x".repeat(1_000);
        int publishes = 16 * 256;
        for (int i = 0; i < publishes; i++) {
            line.sendText("{\"ref\":" + i + ",\"channel\":\"flood\",\"data\":\"" + data + "\"}");
        }
        for (int i = 0; i < publishes; i++) {
            assertThat(line.receipt().get("ok").get("ref").asInt()).isEqualTo(i);
        }
    }

    /// Clients that read the head of an answer and nothing of its body.
    private static void answers(Attacker attacker) {
        String line = "{\"channel\":\"fat\",\"data\":\"" + "x".repeat(MAXIMA.eventBytes() - 1_000) + "\"}";
        attacker.publish(MAXIMA.answerBytes() / MAXIMA.eventBytes(), _ -> line, _ -> "X-No: 1");
        List<RawClient> deaf = new ArrayList<>();
        int whole = 0;
        for (int i = 0; i < 2 * MAXIMA.answersBytes() / MAXIMA.answerBytes(); i++) {
            deaf.add(attacker.raw());
            String head = deaf.getLast()
                    .get("/channels/fat?as=json&after=earliest&limit=1000")
                    .until("\r\n\r\n");
            assertThat(head).startsWith("HTTP/1.1 200 ");
            whole = Integer.parseInt(head.replaceAll("(?is).*content-length: (\\d+).*", "$1"));
        }
        assertThat(lengthOf(deaf.getFirst())).isLessThan(whole);
    }

    private static int lengthOf(RawClient client) {
        try {
            return client.rest().length();
        } catch (AssertionError reset) {
            if (reset.getCause() instanceof IOException) return 0;
            throw reset;
        }
    }

    private static void connections(Attacker attacker) {
        for (int i = 0; i < MAXIMA.connections(); i++) attacker.raw();
        assertFull(attacker.raw().get("/channels/x?as=json").rest(), "connections_max");
    }

    private static void assertFull(String answer, String setting) {
        assertThat(answer).contains("/problems/full", setting);
    }
}
