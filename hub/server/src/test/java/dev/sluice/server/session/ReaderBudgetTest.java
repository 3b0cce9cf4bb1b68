package dev.sluice.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.FairShare;
import dev.sluice.server.ServerSettings;
import dev.sluice.server.TestServer;
import dev.sluice.server.subscribe.SubscribeSettings;
import dev.sluice.server.transport.WebSocketListener;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// Tests the limits on subscriptions, per session and of the hub.
final class ReaderBudgetTest {
    private static final int SESSION_SUBSCRIPTIONS = 3;
    private static final int SESSION_PATTERNS = 4;
    private static final int SUBSCRIPTIONS = 4;
    private static final int PATTERNS = 6;

    @AutoClose
    private final TestServer server = TestServer.start(settings());

    private static ServerSettings settings() {
        SubscribeSettings defaults = SubscribeSettings.DEFAULTS;
        SubscribeSettings limited = new SubscribeSettings(
                defaults.limitDefault(),
                defaults.limitMax(),
                defaults.lastMax(),
                defaults.heartbeat(),
                defaults.heartbeatMin(),
                defaults.heartbeatMax(),
                defaults.sseRetry(),
                defaults.waitMax(),
                defaults.ageMax(),
                defaults.memberAgeMax(),
                defaults.paddingBytesMax(),
                SESSION_SUBSCRIPTIONS,
                SESSION_PATTERNS,
                SUBSCRIPTIONS,
                PATTERNS);
        ServerSettings plain = TestServer.settings(2);
        return plain.toBuilder()
                .subscribe(limited)
                .limits(plain.limits().with(new FairShare(100))) // All sessions have one address.
                .build();
    }

    private WebSocketListener session() throws IOException {
        WebSocketListener webSocket =
                new WebSocketListener(server, "/session", true, "Sec-WebSocket-Protocol: sluice.v1.json");
        assertThat(ask(webSocket, "{'op':'hello'}")).contains("\"op\":\"welcome\"");
        return webSocket;
    }

    private static String ask(WebSocketListener webSocket, String message) throws IOException {
        webSocket.sendText(message.replace('\'', '"'));
        return new String(webSocket.frame().payload(), StandardCharsets.UTF_8);
    }

    private static String subscribe(WebSocketListener webSocket, int ref, String channels) throws IOException {
        return ask(
                webSocket, "{'op':'subscribe','ref':" + ref + ",'channels':['" + channels.replace(" ", "','") + "']}");
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
    void limitsTheSubscriptionsAndPatternsOfASession() throws IOException {
        try (WebSocketListener webSocket = session()) {
            for (int i = 0; i < SESSION_SUBSCRIPTIONS; i++) {
                assertThat(subscribe(webSocket, i, "c/" + i)).contains("\"op\":\"ok\"");
            }
            assertRefused(subscribe(webSocket, 9, "x"), "subscribe.session_subscriptions_max");
            ask(webSocket, "{'op':'unsubscribe','ref':0}");
            assertRefused(subscribe(webSocket, 0, "a b c/*"), "subscribe.session_patterns_max");
            assertThat(subscribe(webSocket, 0, "a c/*")).contains("\"op\":\"ok\"");
        }
    }

    @Test
    void limitsTheSubscriptionsOfTheHubUntilSomeEnd() throws Exception {
        try (WebSocketListener first = session();
                WebSocketListener second = session()) {
            for (int i = 0; i < 3; i++) subscribe(first, i, "c/" + i);
            assertThat(subscribe(second, 0, "c")).contains("\"op\":\"ok\"");
            assertRefused(subscribe(second, 1, "c"), "subscribe.subscriptions_max");
            assertThat(get("/channels/c?as=json&wait=1&after=latest")).isEqualTo(503);
            assertThat(get("/channels/c?as=json")).as("a plain poll").isEqualTo(200);
            ask(first, "{'op':'unsubscribe','ref':0}");
            assertThat(ask(first, "{'op':'ping'}"))
                    .contains("pong"); // The subscription has ended once this is answered.
            assertThat(subscribe(second, 1, "c d")).contains("\"op\":\"ok\"");
        }
    }

    @Test
    void countsALongPatternAsSeveral() throws IOException {
        try (WebSocketListener webSocket = session()) {
            assertRefused(
                    subscribe(webSocket, 0, "a" + "/*".repeat(4 * SESSION_PATTERNS)), "subscribe.session_patterns_max");
            assertThat(subscribe(webSocket, 0, "a" + "/*".repeat(4 * SESSION_PATTERNS - 1)))
                    .contains("\"op\":\"ok\"");
        }
    }

    @Test
    void limitsThePatternsOfTheHub() throws IOException {
        try (WebSocketListener first = session();
                WebSocketListener second = session()) {
            subscribe(first, 0, "a b c d");
            assertRefused(subscribe(second, 0, "a/* b/* c/*"), "subscribe.patterns_max");
            assertThat(subscribe(second, 0, "a/* b/*")).contains("\"op\":\"ok\"");
        }
    }

    @Test
    void defaultsLeaveCapacityBesideOneFullSession() {
        SubscribeSettings defaults = SubscribeSettings.DEFAULTS;
        assertThat(defaults.sessionSubscriptionsMax()).isEqualTo(256);
        assertThat(Budget.SUBSCRIPTIONS.limit(64 << 20)).isGreaterThan(4L * defaults.sessionSubscriptionsMax());
        assertThat(Budget.PATTERNS.limit(64 << 20)).isGreaterThan(2L * defaults.sessionPatternsMax());
    }
}
