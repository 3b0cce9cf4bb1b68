package dev.sluice.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.server.ServerSettings;
import dev.sluice.server.TestServer;
import dev.sluice.server.transport.SubscribeSettings;
import dev.sluice.server.transport.WebSocketListener;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// How many subscriptions a session may have, and the hub in all.
final class ReaderBudgetTest {
    private static final int SESSION_SUBSCRIPTIONS = 3;
    private static final int SESSION_PATTERNS = 4;
    private static final int SUBSCRIPTIONS = 4;
    private static final int PATTERNS = 6;

    private final TestServer server =
            TestServer.start(MemoryLog.builder(InstantSource.system()).open(), settings());

    private static ServerSettings settings() {
        SubscribeSettings usual = SubscribeSettings.DEFAULTS;
        SubscribeSettings few = new SubscribeSettings(
                usual.limitDefault(),
                usual.limitMax(),
                usual.lastMax(),
                usual.heartbeat(),
                usual.heartbeatMin(),
                usual.heartbeatMax(),
                usual.sseRetry(),
                usual.waitMax(),
                usual.paddingBytesMax(),
                SESSION_SUBSCRIPTIONS,
                SESSION_PATTERNS,
                SUBSCRIPTIONS,
                PATTERNS);
        ServerSettings all = TestServer.settings(2);
        return new ServerSettings(
                all.host(),
                all.port(),
                all.loops(),
                all.connectionsMax(),
                all.answerBytesMax(),
                all.tick(),
                all.stopTime(),
                all.security(),
                all.http(),
                all.hub(),
                few,
                all.publish(),
                all.presence());
    }

    @AfterEach
    void close() {
        server.close();
    }

    private WebSocketListener session() throws IOException {
        WebSocketListener line =
                new WebSocketListener(server, "/session", true, "Sec-WebSocket-Protocol: sluice.v1.json");
        assertThat(ask(line, "{'op':'hello'}")).contains("\"op\":\"welcome\"");
        return line;
    }

    private static String ask(WebSocketListener line, String message) throws IOException {
        line.sendText(message.replace('\'', '"'));
        return new String(line.frame().payload(), StandardCharsets.UTF_8);
    }

    private static String subscribe(WebSocketListener line, int ref, String channels) throws IOException {
        return ask(line, "{'op':'subscribe','ref':" + ref + ",'channels':['" + channels.replace(" ", "','") + "']}");
    }

    private static void assertRefused(String answer, String setting) {
        assertThat(answer).contains("\"op\":\"error\"", "/problems/full", setting);
    }

    private int get(String path) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(server.uri(path)).build();
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        }
    }

    @Test
    void aSessionHasSoManySubscriptionsAndPatternsAtATime() throws IOException {
        try (WebSocketListener line = session()) {
            for (int i = 0; i < SESSION_SUBSCRIPTIONS; i++) {
                assertThat(subscribe(line, i, "c/" + i)).contains("\"op\":\"ok\"");
            }
            assertRefused(subscribe(line, 9, "x"), "subscribe.session_subscriptions_max");
            ask(line, "{'op':'unsubscribe','ref':0}");
            assertRefused(subscribe(line, 0, "a b c/*"), "subscribe.session_patterns_max");
            assertThat(subscribe(line, 0, "a c/*")).contains("\"op\":\"ok\"");
        }
    }

    @Test
    void theHubHasSoManySubscriptionsAndRoomAgainWhenSomeEnd() throws Exception {
        try (WebSocketListener one = session();
                WebSocketListener other = session()) {
            for (int i = 0; i < 3; i++) subscribe(one, i, "c/" + i);
            assertThat(subscribe(other, 0, "c")).contains("\"op\":\"ok\"");
            assertRefused(subscribe(other, 1, "c"), "subscribe.subscriptions_max");
            assertThat(get("/channels/c?as=json&wait=1&after=latest")).isEqualTo(503);
            assertThat(get("/channels/c?as=json")).as("a plain poll").isEqualTo(200);
            ask(one, "{'op':'unsubscribe','ref':0}");
            assertThat(ask(one, "{'op':'ping'}")).contains("pong"); // It has ended when this is answered.
            assertThat(subscribe(other, 1, "c d")).contains("\"op\":\"ok\"");
        }
    }

    @Test
    void aLongPatternCountsForSeveral() throws IOException {
        try (WebSocketListener line = session()) {
            assertRefused(
                    subscribe(line, 0, "a" + "/*".repeat(4 * SESSION_PATTERNS)), "subscribe.session_patterns_max");
            assertThat(subscribe(line, 0, "a" + "/*".repeat(4 * SESSION_PATTERNS - 1)))
                    .contains("\"op\":\"ok\"");
        }
    }

    @Test
    void theHubHasSoManyPatterns() throws IOException {
        try (WebSocketListener one = session();
                WebSocketListener other = session()) {
            subscribe(one, 0, "a b c d");
            assertRefused(subscribe(other, 0, "a/* b/* c/*"), "subscribe.patterns_max");
            assertThat(subscribe(other, 0, "a/* b/*")).contains("\"op\":\"ok\"");
        }
    }

    @Test
    void defaultsLeaveRoomForOthersBesideASessionThatTakesAll() {
        SubscribeSettings usual = SubscribeSettings.DEFAULTS;
        assertThat(usual.sessionSubscriptionsMax()).isEqualTo(256);
        assertThat(Budget.SUBSCRIPTIONS.limit(64 << 20)).isGreaterThan(4L * usual.sessionSubscriptionsMax());
        assertThat(Budget.PATTERNS.limit(64 << 20)).isGreaterThan(2L * usual.sessionPatternsMax());
    }
}
