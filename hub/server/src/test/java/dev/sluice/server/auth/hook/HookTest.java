package dev.sluice.server.auth.hook;

import static dev.sluice.server.auth.HookApplication.SHOP;
import static dev.sluice.server.auth.HookApplication.START;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.budget.Budget;
import dev.sluice.server.Await;
import dev.sluice.server.RawClient;
import dev.sluice.server.auth.HookApplication;
import dev.sluice.server.auth.HookApplication.Reply;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// An application that decides what callers may do, over real sockets.
final class HookTest {
    @AutoClose
    private final HookApplication application = new HookApplication();

    HookTest() throws IOException {}

    private static void assertProblem(HttpResponse<String> response, int status, String type) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.body()).contains("/problems/" + type);
    }

    @Test
    void admitsWhomTheApplicationAdmitsAndSendsItTheCaller() throws Exception {
        String[] headers = {
            "X-Tenant", "blue", "X-Other", "secret", "Cookie", "sid=abc; theme=dark", "Sec-Fetch-Site", "same-origin"
        };
        assertThat(application
                        .get("/channels/rooms/1?as=json&presence=false", headers)
                        .statusCode())
                .isEqualTo(200);
        assertThat(application.asked())
                .isEqualTo(
                        "{\"action\":\"subscribe\",\"verbs\":[\"subscribe\"],\"channels\":[\"rooms/1\"],"
                                + "\"address\":\"127.0.0.1\",\"headers\":{\"X-Tenant\":\"blue\"},\"cookies\":{\"sid\":\"abc\"}}");
        assertProblem(application.get("/channels/other?as=json", headers), 403, "forbidden");
        assertThat(application.get("/search/rooms/1?q=x", headers).statusCode()).isEqualTo(200);
        assertProblem(application.get("/search?name=rooms/1&name=other", headers), 403, "forbidden");
    }

    /// Such a page could otherwise read in its visitor's name.
    @Test
    void withholdsTheCookieOfAPageThatMayNotUseIt() throws Exception {
        application.get("/channels/rooms/1?as=json", "Cookie", "sid=abc");
        assertThat(application.asked()).contains("\"cookies\":{}");
    }

    @Test
    void sendsTheNameOfAVerifiedCallerAndAcceptsNoOther() throws Exception {
        String token = SHOP.token(Map.of("sub", "alice", "exp", START.getEpochSecond() + 600));
        String[] alice = {"Authorization", "Bearer " + token};
        assertProblem(application.get("/channels/rooms/1?as=json", alice), 503, "not-ready");
        assertThat(application.asked())
                .contains("\"sub\":\"alice\",\"kid\":\"shop\"")
                .doesNotContain(token);
        application.hook.forget();
        application.reply.set(new Reply(200, "{\"sluice\":{\"subscribe\":[\"rooms/*\"]}}"));
        assertThat(application.get("/channels/rooms/1?as=json", alice).statusCode())
                .isEqualTo(200);
        assertProblem(application.get("/channels/rooms/1?as=json", "Authorization", "Bearer junk"), 401, "bad-token");
    }

    /// The application may let its users choose names.
    @Test
    void acceptsNoNameOfAKeyForACaller() {
        application.reply.set(new Reply(200, "{\"sub\":\"backend\",\"sluice\":{\"subscribe\":[\"rooms/*\"]}}"));
        assertProblem(application.get("/channels/rooms/1?as=json"), 503, "not-ready");
    }

    @Test
    void asksNothingWhereTheRulesPermitOrForPublishes() {
        assertThat(application.get("/channels/news/a?as=json").statusCode()).isEqualTo(200);
        HttpResponse<String> published = application
                .sendLater("POST", "/channels/rooms/1", "hi", "Authorization", "Bearer " + application.backend)
                .join();
        assertThat(published.statusCode()).isEqualTo(201);
        assertProblem(application.sendLater("POST", "/channels/rooms/1", "hi").join(), 401, "unauthorized");
        assertThat(application.questions).isEmpty();
    }

    @Test
    void deniesWhatARuleDeniesWhateverTheApplicationSays() {
        assertProblem(application.get("/channels/rooms/secret?as=json"), 403, "forbidden");
    }

    @Test
    void refusesWhatTheApplicationRefuses() {
        application.reply.set(new Reply(403, ""));
        assertProblem(application.get("/channels/rooms/1?as=json"), 403, "forbidden");
        application.reply.set(new Reply(401, ""));
        assertProblem(application.get("/channels/rooms/1?as=json"), 401, "unauthorized");
    }

    @Test
    void asksAgainOnlyAfterTheAnswerExpires() throws Exception {
        for (int i = 0; i < 3; i++)
            assertThat(application.get("/channels/rooms/1?as=json").statusCode())
                    .isEqualTo(200);
        application.asked();
        assertThat(application.questions).isEmpty();
        application.now.set(START.plusSeconds(60));
        application.reply.set(new Reply(403, ""));
        assertProblem(application.get("/channels/rooms/1?as=json"), 403, "forbidden");
    }

    /// 24 answers of 2 MiB of heap each.
    @Test
    void remembersNoMoreThanItsPartOfTheHeapAndNothingForever() {
        String pattern = ",\"" + "a/".repeat(31) + "a\"";
        application.reply.set(new Reply(200, "{\"sluice\":{\"subscribe\":[\"rooms/*\"" + pattern.repeat(900) + "]}}"));
        for (int i = 0; i < 24; i++) {
            assertThat(application.get("/channels/rooms/" + i + "?as=json").statusCode())
                    .isEqualTo(200);
        }
        assertThat(application.hook.heapBytes()).isBetween(1L, Budget.HOOK_ANSWERS.limit());
        application.now.set(START.plusSeconds(11 * 60));
        assertThat(application.hook.heapBytes()).isZero();
    }

    @Test
    void forgetsAnswersWhenARevocationComes() {
        assertThat(application.get("/channels/rooms/1?as=json").statusCode()).isEqualTo(200);
        application.reply.set(new Reply(403, ""));
        application.revoke("somebody");
        assertProblem(application.get("/channels/rooms/1?as=json"), 403, "forbidden");
    }

    /// Its answer has no `expires`, so nothing else ends the stream.
    @Test
    void endsTheStreamsOfACallerThatTheApplicationNamedByARevocation() {
        application.restartWithStaticKeysOnly();
        try (RawClient stream = new RawClient(application.server)) {
            stream.get("/channels/rooms/1?as=sse").until("\r\n\r\n");
            Await.that(() -> application.server.server().hub().readers().readers() == 1);
            assertThat(application.revoke("carol")).contains("\"ended\":1");
            stream.until("/problems/revoked");
        }
    }

    @Test
    void opensNothingForAPersonWhoHasLoggedOutMeanwhile() throws Exception {
        application.reply.set(new Reply(200, "{\"sluice\":{\"subscribe\":[\"rooms/*\"]}}"));
        String form = "name=dora&password=" + HookApplication.PASSWORD.replace(' ', '+');
        String cookie = application
                .sendLater(
                        "POST",
                        "/login",
                        form,
                        "Sec-Fetch-Site",
                        "same-origin",
                        "Content-Type",
                        "application/x-www-form-urlencoded")
                .get(60, TimeUnit.SECONDS)
                .headers()
                .firstValue("Set-Cookie")
                .orElseThrow()
                .split(";", 2)[0];
        String[] page = {"Cookie", cookie, "Sec-Fetch-Site", "same-origin"};
        application.hold();
        var reading = application.sendLater("GET", "/channels/rooms/1?as=json", "", page);
        application.asked();
        assertThat(application.sendLater("DELETE", "/login", "", page).join().statusCode())
                .isEqualTo(204);
        application.release();
        assertThat(reading.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(401);
    }

    @Test
    void letsOnlyKnownCallersResumeWhileTheApplicationIsDown() {
        assertThat(application.get("/channels/rooms/1?as=json").statusCode()).isEqualTo(200);
        application.reply.set(new Reply(500, ""));
        application.now.set(START.plusSeconds(300));
        String[] resume = {"Last-Event-ID", "anything-0"};
        assertThat(application.get("/channels/rooms/1?as=json", resume).statusCode())
                .isEqualTo(200);
        HttpResponse<String> fresh = application.get("/channels/rooms/1?as=json");
        assertProblem(fresh, 503, "not-ready");
        assertThat(fresh.headers().firstValue("Retry-After")).isPresent();
        assertProblem(application.get("/channels/rooms/2?as=json", resume), 503, "not-ready");
        application.now.set(START.plusSeconds(11 * 60));
        assertProblem(application.get("/channels/rooms/1?as=json", resume), 503, "not-ready");
    }

    @Test
    void usesNoAnswerBeyondItsExpiry() {
        application.reply.set(new Reply(200, """
                {"expires":"2026-11-22T12:00:30Z","sluice":{"subscribe":["rooms/*"]}}"""));
        assertThat(application.get("/channels/rooms/1?as=json").statusCode()).isEqualTo(200);
        application.reply.set(new Reply(500, ""));
        application.now.set(START.plusSeconds(30));
        assertProblem(application.get("/channels/rooms/1?as=json", "Last-Event-ID", "x-0"), 503, "not-ready");
    }

    @Test
    void failsClosedOnAnswersThatItDoesNotUnderstand() {
        String large = "{\"sub\":\"" + "x".repeat(HookClient.ANSWER_BYTES_MAX) + "\"}";
        for (String body : List.of(
                "no json",
                "{\"sluice\":{\"subscrib\":[]}}",
                "{\"sub\":\"\"}",
                "{\"expires\":\"soon\"}",
                "{\"x\":1}",
                large)) {
            application.reply.set(new Reply(200, body));
            assertProblem(application.get("/channels/rooms/1?as=json"), 503, "not-ready");
        }
    }

    @Test
    void refusesRequestsBeyondThoseThatMayWait() throws Exception {
        application.hold();
        List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
        for (int i = 0; i < 4; i++) waiting.add(application.sendLater("GET", "/channels/rooms/" + i + "?as=json", ""));
        for (int i = 0; i < 4; i++) application.asked();
        List<CompletableFuture<HttpResponse<String>>> further = new ArrayList<>();
        for (int i = 4; i < 9; i++) further.add(application.sendLater("GET", "/channels/rooms/" + i + "?as=json", ""));
        var first = CompletableFuture.anyOf(further.toArray(new CompletableFuture<?>[0]));
        var full = (HttpResponse<?>) first.get(60, TimeUnit.SECONDS);
        assertThat(full.statusCode()).isEqualTo(503);
        assertThat(String.valueOf(full.body())).contains("hook.waiting_max");
        // Others are served meanwhile.
        assertThat(application.get("/channels/news/a?as=json").statusCode()).isEqualTo(200);
        application.release();
        for (var each : waiting)
            assertThat(each.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }

    @Test
    void asksForOneAddressWhileAnotherHasManyRequests() throws Exception {
        application.hold();
        List<CompletableFuture<HttpResponse<String>>> greedy = new ArrayList<>();
        for (int i = 0; i < 20; i++) greedy.add(application.sendLater("GET", "/channels/rooms/" + i + "?as=json", ""));
        for (int i = 0; i < 4; i++) application.asked();
        Await.that(() -> greedy.stream().filter(CompletableFuture::isDone).count() == 15);
        try (var bystander = new RawClient(application.server.server().uri().getPort(), "127.0.0.2")) {
            bystander.get("/channels/rooms/b?as=json");
            application.release();
            assertThat(bystander.until("\r\n\r\n")).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void abandonsAnAnswerThatTakesTooLong() {
        application.restart(Duration.ofMillis(200));
        application.hold();
        assertProblem(application.get("/channels/rooms/1?as=json"), 503, "not-ready");
    }

    @Test
    void opensASessionWithTheGrantOfTheApplication() throws Exception {
        try (RawClient stream = new RawClient(application.server)) {
            stream.get("/session?client=carol", "Accept: text/event-stream");
            String head = stream.until("heartbeat");
            assertThat(head).startsWith("HTTP/1.1 200 ").contains("\"client\":\"carol\"");
            String session = head.replaceAll("(?s).*\"session\":\"([0-9a-f]+)\".*", "$1");
            String publish = "{\"op\":\"publish\",\"ref\":1,\"channel\":\"rooms/1\",\"data\":\"hi\"}";
            application.reply.set(new Reply(500, ""));
            HttpResponse<String> taken = application
                    .sendLater("POST", "/session/" + session, publish, "Content-Type", "application/x-ndjson")
                    .get(60, TimeUnit.SECONDS);
            assertThat(taken.statusCode()).as(taken.body()).isEqualTo(204);
            stream.until("\"ok\",\"ref\":1,\"id\"");
        }
        assertThat(application.asked()).startsWith("{\"action\":\"connect\",\"address\":\"127.0.0.1\"");
    }
}
