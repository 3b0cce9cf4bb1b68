package dev.sluice.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.HttpTestServer;
import dev.sluice.server.TestServer;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.net.http.HttpRequest;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class HttpConnectionTest {
    @Test
    void answersPipelinedRequestsOneAfterTheOther() throws Exception {
        BlockingQueue<Exchange> asked = new LinkedBlockingQueue<>();
        try (var server = HttpTestServer.of(asked::add);
                var client = server.raw()) {
            client.send(Echo.lines("GET /a HTTP/1.1", "Host: localhost", "", "GET /b HTTP/1.1", "Host: localhost", "")
                    + Echo.lines("POST /c HTTP/1.1", "Host: localhost", "Content-Length: 3", "")
                    + "abc");
            for (String path : new String[] {"/a", "/b", "/c"}) {
                Exchange next = asked.poll(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS);
                assertThat(next).isNotNull();
                assertThat(next.request().path().raw()).isEqualTo(path);
                // The next one is not looked at before this one is answered, so it can't be here yet.
                assertThat(asked).isEmpty();
                next.run(() -> next.answer(Answer.text(HttpResponseStatus.OK, "to " + path + ";")));
            }
            assertThat(client.until("to /c;")).containsSubsequence("to /a;", "to /b;", "to /c;");
        }
    }

    @Test
    void keepsTheConnectionUntilAskedNotTo() {
        try (var server = HttpTestServer.of(Echo.PATH);
                var client = server.raw()) {
            assertThat(client.get("/1").until("/1")).doesNotContainIgnoringCase("connection:");
            client.get("/2", "Connection: close");
            assertThat(client.rest()).containsIgnoringCase("connection: close").endsWith("/2");
        }
    }

    @Test
    void endsHttp10ConnectionsUnlessTheyAreToBeKept() {
        try (var server = HttpTestServer.of(Echo.PATH);
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
        try (var server = HttpTestServer.of(Echo.PATH);
                var client = server.raw()) {
            client.send("HEAD /four HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(client.until("\r\n\r\n")).containsIgnoringCase("content-length: 5\r\n");
            assertThat(client.get("/next").until("/next")).startsWith("HTTP/1.1 200 OK\r\n");
        }
    }

    @Test
    void writesNoLengthWhereThereIsNoBodyToMeasure() {
        Route empty = exchange -> exchange.answer(Answer.empty(HttpResponseStatus.valueOf(
                Integer.parseInt(exchange.request().path().after(0)))));
        try (var server = HttpTestServer.of(empty);
                var client = server.raw()) {
            assertThat(client.get("/204").until("\r\n\r\n")).doesNotContainIgnoringCase("content-length");
            assertThat(client.get("/304").until("\r\n\r\n")).doesNotContainIgnoringCase("content-length");
            assertThat(client.get("/200").until("\r\n\r\n")).containsIgnoringCase("content-length: 0");
        }
    }

    @Test
    void tellsThatTheClientLeftBeforeTheAnswer() throws Exception {
        var asked = new CompletableFuture<Exchange>();
        var left = new CompletableFuture<Boolean>();
        Route waiting = exchange -> {
            exchange.closed(() -> left.complete(exchange.isOver()));
            asked.complete(exchange);
        };
        try (var server = HttpTestServer.of(waiting)) {
            try (var client = server.raw()) {
                client.get("/");
                asked.get(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
            assertThat(left.get(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            var looped = asked.get().channel().eventLoop();
            asked.get().run(() -> left.obtrudeException(new AssertionError("there is nothing more to do")));
            looped.submit(() -> {}).get(); // Behind it, on the same loop.
            assertThat(left.get()).isTrue();
        }
    }

    @Test
    void letsGoOfAClientThatDoesNotTakeItsAnswer() throws Exception {
        var asked = new CompletableFuture<Exchange>();
        Route endless = exchange -> {
            asked.complete(exchange);
            exchange.answer(Answer.of(HttpResponseStatus.OK, "a/b", new byte[64 << 20]));
        };
        HttpSettings usual = HttpSettings.DEFAULTS;
        var hasty = new HttpSettings(
                usual.requestLineBytesMax(),
                usual.headerBytesMax(),
                usual.partBytesMax(),
                usual.headTime(),
                usual.idleTime(),
                usual.bodyGrace(),
                usual.bodyBytesPerSecond(),
                java.time.Duration.ofMillis(50),
                usual.lingerTime(),
                usual.discardBytesMax());
        try (var server = HttpTestServer.of(endless, hasty);
                var client = server.raw()) {
            client.get("/");
            Channel channel =
                    asked.get(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS).channel();
            assertThat(channel.closeFuture().await(TestServer.PATIENCE.toMillis()))
                    .isTrue();
        }
    }

    @Test
    void saysThatItFailedAndGoesOn() {
        Route failing = exchange -> {
            if (exchange.request().path().raw().equals("/fail")) throw new IllegalStateException("a bug");
            Echo.PATH.handle(exchange);
        };
        try (var server = HttpTestServer.of(failing)) {
            assertThat(server.get("/fail").statusCode()).isEqualTo(500);
            assertThat(server.get("/fail").body()).contains("/problems/failed").doesNotContain("a bug");
            assertThat(server.get("/well").body()).isEqualTo("/well");
        }
    }

    @Test
    void speaksWithJavasClientThatOffersHttp2() throws Exception {
        try (var server = HttpTestServer.of(Echo.BODY);
                var client = java.net.http.HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(server.uri("/"))
                    .POST(HttpRequest.BodyPublishers.ofString("x"))
                    .build();
            var answer = client.send(request, java.net.http.HttpResponse.BodyHandlers.ofString());
            assertThat(answer.body()).isEqualTo("got x");
        }
    }
}
