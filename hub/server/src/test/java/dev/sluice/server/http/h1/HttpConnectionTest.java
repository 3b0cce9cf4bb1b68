package dev.sluice.server.http.h1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.HttpTestServer;
import dev.sluice.server.TestServer;
import dev.sluice.server.http.EchoRoutes;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.HttpSettings;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.head.Status;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class HttpConnectionTest {
    @Test
    void answersPipelinedRequestsOneAfterTheOther() throws Exception {
        BlockingQueue<Exchange> received = new LinkedBlockingQueue<>();
        try (var server = HttpTestServer.of(received::add);
                var client = server.raw()) {
            client.send(
                    EchoRoutes.lines("GET /a HTTP/1.1", "Host: localhost", "", "GET /b HTTP/1.1", "Host: localhost", "")
                            + EchoRoutes.lines("POST /c HTTP/1.1", "Host: localhost", "Content-Length: 3", "")
                            + "abc");
            for (String path : new String[] {"/a", "/b", "/c"}) {
                Exchange next = received.poll(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS);
                assertThat(next).isNotNull();
                assertThat(next.request().path().raw()).isEqualTo(path);
                // The next request is not processed before this one is answered.
                assertThat(received).isEmpty();
                next.run(() -> next.answer(ServerResponse.text(Status.OK, "to " + path + ";")));
            }
            assertThat(client.until("to /c;")).containsSubsequence("to /a;", "to /b;", "to /c;");
        }
    }

    @Test
    void keepsTheConnectionUntilAskedToClose() {
        try (var server = HttpTestServer.of(EchoRoutes.PATH);
                var client = server.raw()) {
            assertThat(client.get("/1").until("/1")).doesNotContainIgnoringCase("connection:");
            client.get("/2", "Connection: close");
            assertThat(client.rest()).containsIgnoringCase("connection: close").endsWith("/2");
        }
    }

    @Test
    void closesHttp10ConnectionsUnlessKeepAliveIsAskedFor() {
        try (var server = HttpTestServer.of(EchoRoutes.PATH);
                var kept = server.raw();
                var ended = server.raw()) {
            ended.send("GET /x HTTP/1.0\r\n\r\n");
            assertThat(ended.rest()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("/x");
            kept.send("GET /x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
            assertThat(kept.until("/x")).containsIgnoringCase("connection: keep-alive");
            kept.send("GET /y HTTP/1.0\r\n\r\n");
            assertThat(kept.rest()).endsWith("/y");
        }
    }

    @Test
    void answersHeadWithTheHeadersAlone() {
        try (var server = HttpTestServer.of(EchoRoutes.PATH);
                var client = server.raw()) {
            client.send("HEAD /four HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(client.until("\r\n\r\n")).containsIgnoringCase("content-length: 5\r\n");
            assertThat(client.get("/next").until("/next")).startsWith("HTTP/1.1 200 OK\r\n");
        }
    }

    @Test
    void sendsNoContentLengthWithoutABody() {
        Route empty = exchange -> exchange.answer(
                ServerResponse.empty(Integer.parseInt(exchange.request().path().after(0))));
        try (var server = HttpTestServer.of(empty);
                var client = server.raw()) {
            assertThat(client.get("/204").until("\r\n\r\n")).doesNotContainIgnoringCase("content-length");
            assertThat(client.get("/304").until("\r\n\r\n")).doesNotContainIgnoringCase("content-length");
            assertThat(client.get("/200").until("\r\n\r\n")).containsIgnoringCase("content-length: 0");
        }
    }

    @Test
    void notifiesTheRouteOfAClientThatLeavesBeforeTheAnswer() throws Exception {
        var received = new CompletableFuture<Exchange>();
        var onClosed = new CompletableFuture<Boolean>();
        Route waiting = exchange -> {
            exchange.abandoned(() -> onClosed.complete(exchange.isOver()));
            received.complete(exchange);
        };
        try (var server = HttpTestServer.of(waiting)) {
            try (var client = server.raw()) {
                client.get("/");
                received.get(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
            assertThat(onClosed.get(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            var looped = received.get().loop();
            received.get().run(() -> onClosed.obtrudeException(new AssertionError("there is nothing more to do")));
            looped.submit(() -> {}).get(); // Runs after it on the same loop.
            assertThat(onClosed.get()).isTrue();
        }
    }

    @Test
    void closesAConnectionWhoseClientDoesNotReadTheAnswer() throws Exception {
        var received = new CompletableFuture<Exchange>();
        Route endless = exchange -> {
            received.complete(exchange);
            exchange.answer(ServerResponse.of(Status.OK, "a/b", new byte[64 << 20]));
        };
        var shortTimes = HttpSettings.DEFAULTS.toBuilder()
                .answerTime(Duration.ofMillis(50))
                .build();
        try (var server = HttpTestServer.of(endless, shortTimes);
                var client = server.raw()) {
            client.get("/");
            received.get(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(server.accepted().closeFuture().await(TestServer.PATIENCE.toMillis()))
                    .isTrue();
        }
    }

    @Test
    void answers500AndServesTheNextRequest() {
        Route failing = exchange -> {
            if (exchange.request().path().raw().equals("/fail")) throw new IllegalStateException("a bug");
            EchoRoutes.PATH.handle(exchange);
        };
        try (var server = HttpTestServer.of(failing)) {
            assertThat(server.get("/fail").statusCode()).isEqualTo(500);
            assertThat(server.get("/fail").body()).contains("/problems/failed").doesNotContain("a bug");
            assertThat(server.get("/well").body()).isEqualTo("/well");
        }
    }

    @Test
    void servesJavasClientThatOffersHttp2() throws Exception {
        try (var server = HttpTestServer.of(EchoRoutes.BODY);
                var client = java.net.http.HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(server.uri("/"))
                    .POST(HttpRequest.BodyPublishers.ofString("x"))
                    .build();
            var answer = client.send(request, java.net.http.HttpResponse.BodyHandlers.ofString());
            assertThat(answer.body()).isEqualTo("got x");
        }
    }
}
