package dev.sluice.server.auth;

import static dev.sluice.server.auth.HookApplication.SHOP;
import static dev.sluice.server.auth.HookApplication.START;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.TestWebSocket;
import dev.sluice.server.auth.HookApplication.Reply;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// An application that decides what the subscriptions of a session may read.
final class HookSessionTest {
    private static final Reply NAME_ONLY = new Reply(200, "{\"sub\":\"carol\"}");
    private static final Reply ROOM_1 = new Reply(200, "{\"sluice\":{\"subscribe\":[\"rooms/1\"]}}");

    @AutoClose
    private final HookApplication application = new HookApplication();

    HookSessionTest() throws IOException {}

    /// Opens a session whose caller the application names, and permits nothing.
    private TestWebSocket open() throws InterruptedException {
        application.reply.set(NAME_ONLY);
        TestWebSocket session = application.session("?client=carol");
        session.send("{\"op\":\"hello\"}");
        assertThat(next(session)).contains("\"welcome\"", "\"client\":\"carol\"");
        assertThat(application.asked()).startsWith("{\"action\":\"connect\"");
        return session;
    }

    private static void subscribe(TestWebSocket session, int ref, String channel, String more) {
        session.send("{\"op\":\"subscribe\",\"ref\":" + ref + ",\"channels\":[\"" + channel + "\"]" + more + "}");
    }

    /// The next message, except heartbeats.
    private static String next(TestWebSocket session) throws InterruptedException {
        String next = session.next();
        return next.contains("\"heartbeat\",") ? next(session) : next;
    }

    @Test
    void isAskedAboutASubscriptionThatTheSessionDoesNotPermit() throws Exception {
        try (TestWebSocket session = open()) {
            application.reply.set(ROOM_1);
            subscribe(session, 1, "rooms/1", ",\"join\":false");
            assertThat(next(session)).contains("\"op\":\"ok\",\"ref\":1");
            assertThat(application.asked())
                    .isEqualTo("{\"action\":\"subscribe\",\"verbs\":[\"subscribe\"],\"channels\":[\"rooms/1\"],"
                            + "\"address\":\"127.0.0.1\",\"sub\":\"carol\",\"headers\":{},\"cookies\":{}}");
            subscribe(session, 2, "news/a", "");
            assertThat(next(session)).as("the rules permit it").contains("\"op\":\"ok\",\"ref\":2");
            subscribe(session, 3, "rooms/secret", "");
            assertThat(next(session)).as("a rule denies it").contains("\"ref\":3", "/problems/forbidden");
            assertThat(application.asked()).contains("rooms/secret");
            application
                    .sendLater("POST", "/channels/rooms/1", "hi", "Authorization", "Bearer " + application.backend)
                    .join();
            assertThat(next(session)).contains("\"ref\":1", "\"hi\"");
            assertThat(application.questions).isEmpty();
        }
    }

    @Test
    void handlesNoFurtherMessageOfASessionWhileItAsks() throws Exception {
        try (TestWebSocket session = open()) {
            application.reply.set(ROOM_1);
            application.hold();
            subscribe(session, 1, "rooms/1", "");
            session.send("{\"op\":\"ping\",\"ref\":2}");
            application.asked();
            assertThat(session.hasNext()).isFalse();
            application.release();
            assertThat(List.of(next(session), next(session))) // A subscription answers once it has found its start.
                    .anyMatch(each -> each.contains("\"op\":\"ok\",\"ref\":1"))
                    .anyMatch(each -> each.contains("\"op\":\"pong\",\"ref\":2"));
        }
    }

    @Test
    void refusesASubscriptionThatTheApplicationRefusesAndAsksAgain() throws Exception {
        try (TestWebSocket session = open()) {
            for (int ref = 1; ref <= 11; ref++) {
                application.reply.set(new Reply(403, ""));
                subscribe(session, ref, "rooms/1", "");
                assertThat(next(session)).contains("\"ref\":" + ref, "/problems/forbidden");
                application.asked();
            }
            application.reply.set(new Reply(200, "{}"));
            subscribe(session, 98, "rooms/1", "");
            assertThat(next(session)).as("it permits nothing").contains("\"ref\":98", "/problems/forbidden");
            application.hook.forget();
            application.reply.set(ROOM_1);
            subscribe(session, 99, "rooms/1", "");
            assertThat(next(session)).contains("\"op\":\"ok\",\"ref\":99");
        }
    }

    @Test
    void remembersTheAnswerForASubscriptionAsForARequest() throws Exception {
        try (TestWebSocket session = open()) {
            application.reply.set(ROOM_1);
            subscribe(session, 1, "rooms/1", "");
            next(session);
            subscribe(session, 2, "rooms/1", "");
            next(session);
            application.asked();
            assertThat(application.questions).isEmpty();
            application.now.set(START.plusSeconds(60));
            application.reply.set(new Reply(403, ""));
            subscribe(session, 3, "rooms/1", "");
            assertThat(next(session)).contains("\"ref\":3", "/problems/forbidden");
        }
    }

    @Test
    void letsOnlyKnownSubscriptionsResumeWhileTheApplicationIsDown() throws Exception {
        try (TestWebSocket session = open()) {
            application.reply.set(ROOM_1);
            subscribe(session, 1, "rooms/1", "");
            next(session);
            application.reply.set(new Reply(500, ""));
            application.now.set(START.plusSeconds(300));
            subscribe(session, 2, "rooms/1", ",\"after\":\"anything-0\"");
            assertThat(next(session)).contains("\"op\":\"ok\",\"ref\":2");
            next(session); // The gap.
            subscribe(session, 3, "rooms/1", "");
            assertThat(next(session)).contains("\"ref\":3", "/problems/not-ready", "\"retry\":true");
            subscribe(session, 4, "rooms/2", ",\"after\":\"anything-0\"");
            assertThat(next(session)).contains("\"ref\":4", "/problems/not-ready");
        }
    }

    @Test
    void refusesAnotherNameForASubscription() throws Exception {
        try (TestWebSocket session = open()) {
            application.reply.set(new Reply(200, "{\"sub\":\"mallory\",\"sluice\":{\"subscribe\":[\"rooms/1\"]}}"));
            subscribe(session, 1, "rooms/1", "");
            assertThat(next(session)).contains("\"ref\":1", "/problems/not-ready");
        }
    }

    @Test
    void asksTheApplicationForWhatTheTokenOfASubscriptionDoesNotPermit() throws Exception {
        application.reply.set(new Reply(200, "{}"));
        try (TestWebSocket session = application.session("")) {
            session.send("{\"op\":\"hello\"}");
            next(session);
            application.asked();
            String token =
                    SHOP.token(Map.of("sub", "alice", "roles", List.of("b", "a"), "exp", START.getEpochSecond() + 600));
            subscribe(session, 1, "rooms/1", ",\"token\":\"" + token + "\"");
            assertThat(application.asked())
                    .startsWith("{\"action\":\"connect\"")
                    .contains("\"sub\":\"alice\"");
            assertThat(application.asked())
                    .startsWith("{\"action\":\"subscribe\"")
                    .contains("\"sub\":\"alice\",\"kid\":\"shop\",\"roles\":[\"a\",\"b\"]");
            assertThat(next(session)).contains("\"ref\":1", "/problems/forbidden");
        }
    }
}
