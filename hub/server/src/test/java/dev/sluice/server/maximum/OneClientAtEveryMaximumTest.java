package dev.sluice.server.maximum;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.RawClient;
import dev.sluice.server.TestServer;
import dev.sluice.server.transport.WebSocketListener;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// One client exhausts a limit and asks for more. It meets the documented outcome of the limit, while a bystander on
/// the same event loop is unaffected: everything it publishes is acknowledged, and delivered once and in order.
///
/// The work between two rounds of the bystander has its own bounds, counted in steps:
///
/// - Subscriptions, patterns and readers: `TurnsAtTheMaximumTest` (core).
/// - Bodies, lines, messages and answers that wait for a slow client: a pass that frees budget visits each of them
///   once, so at most once per connection, and frees an eighth of the budget or more (`InFlightBytesTest`). A body
///   is read in parts of `http.part_max`, an answer is measured 256 KiB and written 16 KiB at a time
///   (`PollBodyTest`).
/// - Waiters: an append costs one check, however many wait for a later position (`Waiters`).
/// - Channels, idempotency keys, members and connections are looked up, not searched: they cost nothing
///   between rounds.
///
/// The limits are small here. With `-Dsluice.long=true` they are the defaults; see [Maxima].
final class OneClientAtEveryMaximumTest {
    private static final Maxima MAXIMA = Maxima.inForce();

    /// Names in a subscription with many names.
    private static final int NAMES = 32;

    /// The events that the bystander publishes before the attack, and again at its end. It also continues during
    /// the attack.
    private static final int ROUNDS = 20;

    /// Exhausts a limit, asks for more, and expects the documented outcome.
    interface Attack {
        void exhaust(Attacker attacker) throws Exception;
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
                limit("publish.in_flight_max by bodies", attacker -> uploads(attacker, "/channels/idle")),
                limit("publish.in_flight_max by lines", attacker -> uploads(attacker, "/channels/idle?split=line")),
                limit("publish.in_flight_max by messages", attacker -> messages(attacker, "/channels/idle", false)),
                limit("publish.in_flight_max by sessions", attacker -> messages(attacker, "/session", true)),
                limit("publish.unacknowledged_max", OneClientAtEveryMaximumTest::unacknowledged),
                limit("delivery.answers_max", OneClientAtEveryMaximumTest::answers),
                limit("connections_max", OneClientAtEveryMaximumTest::connections));
    }

    private static Arguments limit(String setting, Attack attack) {
        return Arguments.of(setting, attack);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("limits")
    void doesNotAffectABystander(String setting, Attack attack) throws Exception {
        try (TestServer server = MAXIMA.server();
                Attacker attacker = new Attacker(server);
                Bystander bystander = new Bystander(server)) {
            bystander.rounds(ROUNDS);
            attack.exhaust(attacker);
            bystander.rounds(ROUNDS);
        }
    }

    private static void channels(Attacker attacker) {
        String answer =
                attacker.publish(MAXIMA.channels(), i -> "{\"channel\":\"c/" + i + "\",\"data\":1}", _ -> "X-No: 1");
        assertFull(answer, "channels_max");
        assertThat(attacker.post("/channels/c/0", "x"))
                .as("an existing channel")
                .startsWith("HTTP/1.1 201 ");
    }

    /// The oldest keys are evicted, so no publish is refused.
    private static void keys(Attacker attacker) {
        String first = "Idempotency-Key: first";
        assertThat(attacker.post("/channels/keys", "x", first)).startsWith("HTTP/1.1 201 ");
        assertThat(attacker.post("/channels/keys", "x", first)).contains("Idempotent-Replay: true");
        attacker.publish(MAXIMA.keys(), _ -> "{\"channel\":\"keys\",\"data\":1}", i -> "Idempotency-Key: k" + i);
        assertThat(attacker.post("/channels/keys", "x", first))
                .startsWith("HTTP/1.1 201 ")
                .doesNotContain("Idempotent-Replay");
    }

    /// The oldest events are trimmed, and a reader that asks for them receives a gap.
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
        assertThat(Attacker.answered(all, client -> client).until("}\n"))
                .startsWith("HTTP/1.1 503 ")
                .contains("memory.waiters_max");
    }

    /// A cursor of the same epoch that the log never reaches.
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

    /// Subscribes in sessions, one after the other.
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

    /// A member stays after its long poll ends, so one connection can create any number.
    private static void members(Attacker attacker) {
        attacker.post("/channels/room", "x");
        String join = "/channels/room?as=json&wait=1&after=earliest&limit=1&join=true&client=";
        for (int i = 0; i < MAXIMA.members(); i++) {
            assertThat(attacker.get(join + i)).startsWith("HTTP/1.1 200 ");
        }
        assertFull(attacker.get(join + "more"), "subscribe.presence_members_max");
    }

    /// Half as many again as the budget takes, each complete but for the last byte.
    private static int unfinished() {
        return (int) (MAXIMA.inFlightBytes() / MAXIMA.eventBytes() * 3 / 2);
    }

    private static void uploads(Attacker attacker, String path) {
        String head = "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + MAXIMA.eventBytes();
        String body = "a".repeat(MAXIMA.eventBytes() - 1);
        List<RawClient> all = new ArrayList<>();
        for (int i = 0; i < unfinished(); i++) {
            all.add(attacker.raw().send(head + "\r\n\r\n" + body));
        }
        assertFull(Attacker.answered(all, client -> client).until("}\n"), "publish.in_flight_max");
    }

    private static void messages(Attacker attacker, String path, boolean isSession) throws IOException {
        byte[] part = new byte[MAXIMA.eventBytes()];
        List<WebSocketListener> all = new ArrayList<>();
        for (int i = 0; i < unfinished(); i++) {
            WebSocketListener webSocket = isSession ? attacker.session() : attacker.webSocket(path + "?envelope=raw");
            all.add(webSocket.send(0x01, part)); // Without a final fragment.
        }
        byte[] close = Attacker.answered(all, WebSocketListener::client).frame().payload();
        assertThat(((close[0] & 0xFF) << 8) | (close[1] & 0xFF)).isEqualTo(1013);
        assertThat(new String(close, 2, close.length - 2, StandardCharsets.UTF_8))
                .contains("publish.in_flight_max");
    }

    /// Publishes are not refused, but held back until the log has the previous ones.
    private static void unacknowledged(Attacker attacker) {
        WebSocketListener webSocket = attacker.webSocket("/channels/quiet");
        String data = "x".repeat(1_000);
        int publishes = 16 * 256;
        for (int i = 0; i < publishes; i++) {
            webSocket.sendText("{\"ref\":" + i + ",\"channel\":\"flood\",\"data\":\"" + data + "\"}");
        }
        for (int i = 0; i < publishes; i++) {
            assertThat(webSocket.receipt().get("ok").get("ref").asInt()).isEqualTo(i);
        }
    }

    /// Clients that read the head of an answer and none of its body.
    private static void answers(Attacker attacker) throws IOException {
        String line = "{\"channel\":\"fat\",\"data\":\"" + "x".repeat(MAXIMA.eventBytes() - 1_000) + "\"}";
        attacker.publish(MAXIMA.answerBytes() / MAXIMA.eventBytes(), _ -> line, _ -> "X-No: 1");
        List<RawClient> unread = new ArrayList<>();
        int whole = 0;
        for (int i = 0; i < 2 * MAXIMA.answersBytes() / MAXIMA.answerBytes(); i++) {
            unread.add(attacker.raw());
            String head = unread.getLast()
                    .get("/channels/fat?as=json&after=earliest&limit=1000")
                    .until("\r\n\r\n");
            assertThat(head).startsWith("HTTP/1.1 200 ");
            whole = Integer.parseInt(head.replaceAll("(?is).*content-length: (\\d+).*", "$1"));
        }
        assertThat(lengthOf(unread.getFirst(), whole)).isLessThan(whole);
    }

    /// How many bytes come until the connection ends; so many at most.
    private static int lengthOf(RawClient client, int max) throws IOException {
        try {
            return client.socket().getInputStream().readNBytes(max).length;
        } catch (SocketException reset) {
            return 0;
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
