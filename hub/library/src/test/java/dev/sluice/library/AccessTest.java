package dev.sluice.library;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Access;
import dev.sluice.Access.Action;
import dev.sluice.Message;
import dev.sluice.Page;
import dev.sluice.PublishResult;
import dev.sluice.Response;
import dev.sluice.Sluice;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Permissions of clients at every entry point of the hub, over real sockets.
final class AccessTest {
    private static final String CHANNEL = "open/a";
    private static final String FORBIDDEN = "/problems/forbidden";

    private final AtomicReference<Access> access = new AtomicReference<>(Access.everything());
    private final AtomicInteger asked = new AtomicInteger();
    private final Queue<String> credentials = new ConcurrentLinkedQueue<>();
    private Sluice app;
    private HubClient visitor;

    @BeforeEach
    void start() {
        app = Sluice.inMemory()
                .port(0)
                .authorizer(request -> {
                    asked.incrementAndGet();
                    request.header("Authorization").ifPresent(credentials::add);
                    // A visitor may claim a name, to play several.
                    return access.get().as(request.header("X-User").orElse(""));
                })
                .start();
        visitor = new HubClient(app.uri());
    }

    @AfterEach
    void close() {
        visitor.close();
        app.close();
    }

    private static Access only(Set<Action> actions) {
        Access only = Access.nothing();
        for (Action action : actions) only = only.allow(action, "open/**");
        return only;
    }

    @ParameterizedTest
    @EnumSource
    void allowsEachEntryPointItsActionsOnly(EntryPoint entryPoint) {
        app.channel(CHANNEL).publish(Message.text("secret").key("k"));

        for (Action missing : entryPoint.actions) {
            EnumSet<Action> others = EnumSet.allOf(Action.class);
            others.remove(missing);
            access.set(only(others));
            HubClient.Outcome denied = entryPoint.enter(visitor, CHANNEL);
            assertThat(denied.status()).as("without " + missing).isEqualTo(403);
            assertThat(denied.body())
                    .as("without " + missing)
                    .contains(FORBIDDEN)
                    .doesNotContain("secret");
            assertThat(app.channel(CHANNEL).latest()).isPresent();
            // A missing channel is refused with the same text.
            HubClient.Outcome missingChannel = entryPoint.enter(visitor, "open/b");
            assertThat(missingChannel.body().replace("open/b", CHANNEL)).isEqualTo(denied.body());
            assertThat(missingChannel.status()).isEqualTo(403);
        }
        access.set(only(entryPoint.actions));
        HubClient.Outcome outside = entryPoint.enter(visitor, "closed/a");
        assertThat(outside.status()).isEqualTo(entryPoint == EntryPoint.LIST ? 200 : 403);
        assertThat(entryPoint.enter(visitor, CHANNEL).status())
                .as("with " + entryPoint.actions)
                .isBetween(200, 299);
    }

    @ParameterizedTest
    @EnumSource
    void changesNothingWhereAnEntryPointIsRefused(EntryPoint entryPoint) {
        app.channel(CHANNEL).publish(Message.text("first").key("k"));
        var before = app.channel(CHANNEL).latest();
        access.set(Access.nothing());
        entryPoint.enter(visitor, CHANNEL);
        assertThat(app.channel(CHANNEL).latest()).isEqualTo(before);
        assertThat(app.channel(CHANNEL).publish("second")).isInstanceOf(PublishResult.Stored.class);
        access.set(Access.everything());
        assertThat(visitor.get("/channels/open/a?after=earliest&as=json").body())
                .contains("first", "second");
        assertThat(visitor.get("/presence/open/a").body()).contains("\"members\":[]");
    }

    @Test
    void asksAgainAboutATokenThatASessionSends() {
        access.set(Access.nothing());
        try (var session = visitor.sessionOverSse("")) {
            session.post("", "{\"op\":\"publish\",\"ref\":1,\"channel\":\"open/a\",\"data\":1}");
            session.until("\"error\"");
            access.set(Access.everything());
            session.post("", "{\"op\":\"refresh\",\"ref\":2,\"token\":\"fresh\"}");
            session.until("\"ok\",\"ref\":2");
            assertThat(credentials).containsExactly("Bearer fresh");
            session.post("", "{\"op\":\"publish\",\"ref\":3,\"channel\":\"open/a\",\"data\":1}");
            session.until("\"ok\",\"ref\":3");
        }
    }

    @Test
    void makesChannelsReadOnlyWithOneLine() {
        access.set(Access.readOnly());
        assertThat(app.channel(CHANNEL).publish(Message.text("from the program").key("k")))
                .isInstanceOf(PublishResult.Stored.class);
        for (EntryPoint entryPoint : EntryPoint.values()) {
            boolean reads =
                    Set.of(Action.SUBSCRIBE, Action.PRESENCE, Action.LIST).containsAll(entryPoint.actions);
            assertThat(entryPoint.enter(visitor, CHANNEL).status())
                    .as(entryPoint.name())
                    .satisfies(status -> assertThat(status == 403).isEqualTo(!reads));
        }
        assertThat(visitor.get("/channels/open/a?after=earliest&as=json").body())
                .contains("from the program");
        assertThat(app.channel(CHANNEL).close()).isInstanceOf(PublishResult.Stored.class);
        assertThat(app.channel(CHANNEL).delete()).isTrue();
    }

    @Test
    void refusesASelectionThatIsPartlyAllowed() {
        access.set(Access.readOnly("open/*"));
        assertThat(visitor.get("/channels?name=open/a&name=closed&as=json").statusCode())
                .isEqualTo(403);
        assertThat(visitor.get("/channels/open/**?as=json").statusCode()).isEqualTo(403);
        assertThat(visitor.get("/channels/**?as=json").statusCode()).isEqualTo(403);
        assertThat(visitor.get("/channels/open/*?as=json").statusCode()).isEqualTo(200);
        assertThat(visitor.get("/channels/$presence/**?as=json").statusCode()).isEqualTo(403);
    }

    @Test
    void listsOnlyWhatMayBeListed() {
        for (String name : new String[] {"closed/a", "open/a", "open/b", "z"})
            app.channel(name).publish("x");
        access.set(Access.nothing().allow(Action.LIST, "open/*"));
        assertThat(visitor.get("/channels").body())
                .contains("open/a", "open/b")
                .doesNotContain("closed/a", "\"z\"", "next");
        assertThat(visitor.get("/channels?limit=1").body()).contains("\"next\":\"open/a\"");
        assertThat(visitor.get("/channels?limit=1&after=open/a").body())
                .contains("open/b")
                .doesNotContain("next");
        assertThat(visitor.html("/").body()).contains("open/a").doesNotContain("closed/a");
        access.set(Access.nothing());
        assertThat(visitor.get("/channels").statusCode()).isEqualTo(403);
        assertThat(visitor.html("/")).satisfies(page -> {
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.body()).doesNotContain("open/a");
        });
    }

    @Test
    void namesTheLineOfABatchThatIsRefused() {
        access.set(Access.nothing().allow(Action.PUBLISH, "open/*"));
        String lines = """
                {"channel":"open/a","data":"1"}
                {"channel":"closed","data":"2"}
                {"channel":"open/a","data":"3"}
                """;
        HttpResponse<String> inOrder = visitor.send("POST", "/channels", "application/x-ndjson", lines);
        assertThat(inOrder.statusCode()).isEqualTo(403);
        assertThat(inOrder.body()).contains(FORBIDDEN, "\"line\":2", "\"count\":1");
        HttpResponse<String> atomic = visitor.send("POST", "/channels?atomic=true", "application/x-ndjson", lines);
        assertThat(atomic.statusCode()).isEqualTo(403);
        assertThat(atomic.body()).contains(FORBIDDEN, "\"line\":2", "\"count\":0");
        access.set(Access.everything());
        assertThat(visitor.get("/channels/open/a?after=earliest&as=json").body())
                .contains("\"data\":\"1\"")
                .doesNotContain("\"data\":\"3\"");
    }

    @Test
    void acceptsMessagesOfASessionOnlyFromItsPrincipal() {
        try (var session = visitor.sessionOverSse("alice")) {
            assertThat(session.post("mallory", "{\"op\":\"ping\",\"ref\":1}").statusCode())
                    .isEqualTo(404);
            assertThat(session.post("", "{\"op\":\"ping\",\"ref\":2}").statusCode())
                    .isEqualTo(404);
            assertThat(session.post("alice", "{\"op\":\"ping\",\"ref\":3}").statusCode())
                    .isEqualTo(204);
            assertThat(session.until("pong")).contains("\"ref\":3");
        }
    }

    @Test
    void keepsTheIdempotencyKeysOfUsersApart() {
        String first = visitor.publishOnce("alice", "k");
        assertThat(visitor.publishOnce("alice", "k")).isEqualTo(first);
        String others = visitor.publishOnce("bob", "k");
        assertThat(others).isNotEqualTo(first);
        String anonymous = visitor.publishOnce("", "k");
        assertThat(anonymous).isNotEqualTo(first).isNotEqualTo(others);
        assertThat(app.channel(CHANNEL).publish(Message.text("x").once("k")))
                .as("anonymous clients can't use up the keys of the program")
                .isInstanceOf(PublishResult.Stored.class);
    }

    @Test
    void refusesWhereTheAuthorizerThrows() {
        try (var broken = Sluice.inMemory()
                .port(0)
                .get("/mine", _ -> Response.text("mine"))
                .page("/shop/", Page.of("<p>shop</p>", Map.of("en", "Shop")))
                .authorizer(_ -> {
                    throw new IllegalStateException("thrown by this test");
                })
                .start()) {
            var other = new HubClient(broken.uri());
            assertThat(other.get("/channels/open/a").statusCode()).isEqualTo(500);
            assertThat(other.send("POST", "/channels/open/a", "text/plain", "x").statusCode())
                    .isEqualTo(500);
            // Probes, files, the program's own routes and public pages are not its business.
            for (String path : new String[] {
                "/livez", "/readyz", "/openapi.json", "/client.js", "/page/icon.svg", "/mine", "/shop/", "/doctor/"
            }) assertThat(other.get(path).statusCode()).as(path).isEqualTo(200);
            other.close();
        }
    }

    @Test
    void servesOthersWhileTheAuthorizerWaits() throws Exception {
        var waiting = new CountDownLatch(1);
        var interrupted = new CountDownLatch(1);
        try (var slow = Sluice.inMemory()
                .port(0)
                .authorizer(request -> {
                    if (request.path().equals("/channels/fast")) return Access.everything();
                    waiting.countDown();
                    try {
                        Thread.sleep(Duration.ofDays(1));
                    } catch (InterruptedException gone) {
                        interrupted.countDown();
                        throw gone;
                    }
                    return Access.everything();
                })
                .start()) {
            var other = new HubClient(slow.uri());
            var hanging = other.begin("/channels/slow");
            assertThat(waiting.await(60, TimeUnit.SECONDS)).isTrue();
            for (int i = 0; i < 32; i++)
                assertThat(other.get("/channels/fast?as=json").statusCode()).isEqualTo(200);
            hanging.cancel(true);
            other.close();
            assertThat(interrupted.await(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    /// As `nc -N` does. The hub asks for the body once the authorizer has answered. The disk takes its time, so the end
    /// of the client's input comes before most of the answers.
    @Test
    void answersClientsThatCloseTheirHalfAfterTheAuthorizerHasAnswered(@TempDir Path folder) throws Exception {
        try (var hub = Sluice.in(folder)
                .port(0)
                .authorizer(request -> Access.everything())
                .start()) {
            for (int i = 0; i < 10; i++) {
                assertThat(answerToHalfClosed(hub.port())).startsWith("HTTP/1.1 201 ");
            }
        }
    }

    private static String answerToHalfClosed(int port) throws IOException {
        try (var client = new Socket("localhost", port)) {
            client.setSoTimeout(60_000);
            String head = "POST /channels/news HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n"
                    + "Expect: 100-continue\r\n\r\n";
            client.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            byte[] goOn = client.getInputStream().readNBytes("HTTP/1.1 100 Continue\r\n\r\n".length());
            assertThat(new String(goOn, StandardCharsets.US_ASCII)).startsWith("HTTP/1.1 100 ");
            client.getOutputStream().write(new byte[] {'h', 'i'});
            client.shutdownOutput();
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void asksOnceForEachRequestToTheHub() {
        visitor.get("/channels/open/a?as=json");
        assertThat(asked).hasValue(1);
        visitor.get("/livez");
        visitor.get("/nothing");
        assertThat(asked).hasValue(1);
    }

    @Test
    void refusesInvalidPatternsAndNames() {
        for (Access invalid : List.of(
                Access.nothing().allow(Action.SUBSCRIBE, "a*"), new Access("", Map.of(Action.SUBSCRIBE, Set.of(""))))) {
            access.set(invalid);
            assertThat(visitor.get("/channels/a?as=json").statusCode()).isEqualTo(500);
        }
        access.set(Access.everything());
        assertThat(visitor.publishOnce("a".repeat(256), "k")).contains("/problems/failed");
    }
}
