package dev.sluice.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.HttpTestServer;
import dev.sluice.server.TestServer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class HttpConnectionTest {
    /// Answers with the path.
    private static final Route ECHO_PATH = exchange -> exchange.answer(
            Answer.text(HttpResponseStatus.OK, exchange.request().path().raw()));

    /// Answers with the body.
    private static final Route ECHO_BODY = exchange -> exchange.body(new Collector(exchange));

    private record Collector(Exchange exchange, StringBuilder text) implements BodyReader {
        Collector(Exchange exchange) {
            this(exchange, new StringBuilder());
        }

        @Override
        public void data(ByteBuf part) {
            text.append(part.toString(StandardCharsets.ISO_8859_1));
        }

        @Override
        public void end() {
            exchange.answer(Answer.text(HttpResponseStatus.OK, "got " + text));
        }

        @Override
        public void failed(Problem why) {
            exchange.refuse(why);
        }
    }

    private static String lines(String... lines) {
        return String.join("\r\n", lines) + "\r\n";
    }

    @Test
    void answersPipelinedRequestsOneAfterTheOther() throws Exception {
        BlockingQueue<Exchange> asked = new LinkedBlockingQueue<>();
        try (var server = HttpTestServer.of(asked::add);
                var client = server.raw()) {
            client.send(lines("GET /a HTTP/1.1", "Host: localhost", "", "GET /b HTTP/1.1", "Host: localhost", "")
                    + lines("POST /c HTTP/1.1", "Host: localhost", "Content-Length: 3", "")
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
        try (var server = HttpTestServer.of(ECHO_PATH);
                var client = server.raw()) {
            assertThat(client.get("/1").until("/1")).doesNotContainIgnoringCase("connection:");
            client.get("/2", "Connection: close");
            assertThat(client.rest()).containsIgnoringCase("connection: close").endsWith("/2");
        }
    }

    @Test
    void endsHttp10ConnectionsUnlessTheyAreToBeKept() {
        try (var server = HttpTestServer.of(ECHO_PATH);
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
        try (var server = HttpTestServer.of(ECHO_PATH);
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
    void takesBodiesOfEveryFraming() {
        try (var server = HttpTestServer.of(ECHO_BODY);
                var client = server.raw()) {
            client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello")
                    .until("got hello");
            client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")
                    .until("got ");
            client.send("POST / HTTP/1.1\r\nHost: localhost\r\n\r\n").until("got ");
            client.send(lines(
                            "POST / HTTP/1.1",
                            "Host: localhost",
                            "Transfer-Encoding: Chunked",
                            "",
                            "3;why=not",
                            "abc",
                            "2",
                            "de",
                            "0",
                            "Trailer: x",
                            ""))
                    .until("got abcde");
            client.send("POST / HTTP/1.0\r\nContent-Length: 2\r\n\r\nhi");
            assertThat(client.rest()).endsWith("got hi");
        }
    }

    @Test
    void tellsTheClientToContinueOnceSomebodyWantsTheBody() {
        try (var server = HttpTestServer.of(ECHO_BODY);
                var client = server.raw()) {
            client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
            assertThat(client.until("\r\n\r\n")).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            client.send("hi").until("got hi");
        }
    }

    @Test
    void endsTheConnectionWhereNobodyKnowsWhetherTheBodyWillCome() {
        try (var server = HttpTestServer.of(ECHO_PATH);
                var client = server.raw()) {
            client.send("POST /no HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
            assertThat(client.rest())
                    .doesNotContain("100 Continue")
                    .containsIgnoringCase("connection: close")
                    .endsWith("/no");
        }
    }

    @Test
    void skipsASmallBodyThatNobodyWants() {
        try (var server = HttpTestServer.of(ECHO_PATH);
                var client = server.raw()) {
            client.send("POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n01234")
                    .until("/a");
            client.send("56789").get("/b").until("/b");
        }
    }

    @Test
    void answersThoughTheBodyIsStillComingAndThenCloses() throws Exception {
        try (var server = HttpTestServer.of(ECHO_PATH);
                var client = server.raw()) {
            client.send("POST /early HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
            byte[] chunk = ("1000\r\n" + "x".repeat(0x1000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < 256; i++) client.send(chunk); // Still being sent when the answer comes.
            assertThat(client.rest()).startsWith("HTTP/1.1 200 OK").endsWith("/early");
        }
    }

    @Test
    void stopsReadingWhileTheReaderPauses() throws Exception {
        var asked = new CompletableFuture<Exchange>();
        var flow = new CompletableFuture<Flow>();
        BlockingQueue<Integer> sizes = new LinkedBlockingQueue<>();
        Route pausing = exchange -> {
            var reader = new BodyReader() {
                private int size;

                @Override
                public void data(ByteBuf part) {
                    size += part.readableBytes();
                    sizes.add(size);
                    flow.join().pause();
                }

                @Override
                public void end() {
                    exchange.answer(Answer.text(HttpResponseStatus.OK, "all " + size));
                }

                @Override
                public void failed(Problem why) {
                    exchange.refuse(why);
                }
            };
            asked.complete(exchange);
            flow.complete(exchange.body(reader));
        };
        int length = 64 << 20;
        try (var server = HttpTestServer.of(pausing);
                var client = server.raw()) {
            client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + length + "\r\n\r\n");
            var sending = Thread.ofVirtual().start(() -> {
                byte[] part = new byte[64 << 10];
                for (int i = 0; i < length / part.length; i++) client.send(part);
            });
            int last = 0;
            while (last < length) {
                Integer next = sizes.poll(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS);
                assertThat(next).isNotNull();
                assertThat(sizes).isEmpty(); // Nothing more comes before resume.
                last = next;
                // What is not read can't have been sent either, but for what the kernels hold.
                if (last < length / 4) assertThat(sending.isAlive()).isTrue();
                asked.join().run(() -> flow.join().resume());
            }
            client.until("all " + length);
            sending.join();
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
    void handsTheConnectionOverWithWhatCameEarly() throws Exception {
        var early = new CompletableFuture<String>();
        Route taken = exchange -> {
            TakeOver over = exchange.takeOver(Answer.empty(HttpResponseStatus.SWITCHING_PROTOCOLS)
                    .with(HttpHeaderNames.UPGRADE, "telnet")
                    .with(HttpHeaderNames.CONNECTION, "Upgrade"));
            Channel channel = over.channel();
            channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext ctx, Object message) {
                    ByteBuf bytes = (ByteBuf) message;
                    early.complete(bytes.toString(StandardCharsets.US_ASCII));
                    ctx.writeAndFlush(bytes);
                }
            });
        };
        try (var server = HttpTestServer.of(taken);
                var client = server.raw()) {
            client.get("/", "Upgrade: telnet", "Connection: Upgrade").send("");
            client.send("early");
            assertThat(client.until("early")).startsWith("HTTP/1.1 101 Switching Protocols\r\n");
            assertThat(early.get(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isEqualTo("early");
            client.send("later").until("later");
        }
    }

    @Test
    void leavesNothingOfHttpInThePipelineOfAStream() throws Exception {
        var channel = new CompletableFuture<Channel>();
        Route stream = exchange -> {
            TakeOver over = exchange.takeOver(Answer.empty(HttpResponseStatus.OK));
            assertThat(over.chunked()).isTrue();
            channel.complete(over.channel());
        };
        try (var server = HttpTestServer.of(stream);
                var client = server.raw()) {
            client.get("/");
            assertThat(client.until("\r\n\r\n"))
                    .containsIgnoringCase("transfer-encoding: chunked")
                    .containsIgnoringCase("connection: close");
            Channel taken = channel.get(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(taken.eventLoop().submit(() -> taken.pipeline().names()).get())
                    .containsExactly("DefaultChannelPipeline$TailContext#0");
            taken.writeAndFlush(Unpooled.copiedBuffer("2\r\nhi\r\n0\r\n\r\n", StandardCharsets.US_ASCII))
                    .sync();
            taken.close();
            assertThat(client.rest()).isEqualTo("2\r\nhi\r\n0\r\n\r\n");
        }
    }

    @Test
    void endsAnHttp10StreamWithTheConnection() {
        Route stream = exchange -> {
            TakeOver over = exchange.takeOver(Answer.empty(HttpResponseStatus.OK));
            over.channel()
                    .writeAndFlush(Unpooled.copiedBuffer("chunked " + over.chunked(), StandardCharsets.US_ASCII))
                    .addListener(sent -> over.channel().close());
        };
        try (var server = HttpTestServer.of(stream);
                var client = server.raw()) {
            client.send("GET / HTTP/1.0\r\n\r\n");
            assertThat(client.rest())
                    .doesNotContainIgnoringCase("transfer-encoding")
                    .endsWith("chunked false");
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
            ECHO_PATH.handle(exchange);
        };
        try (var server = HttpTestServer.of(failing)) {
            assertThat(server.get("/fail").statusCode()).isEqualTo(500);
            assertThat(server.get("/fail").body()).contains("/problems/failed").doesNotContain("a bug");
            assertThat(server.get("/well").body()).isEqualTo("/well");
        }
    }

    @Test
    void speaksWithJavasClientThatOffersHttp2() throws Exception {
        try (var server = HttpTestServer.of(ECHO_BODY);
                var client = java.net.http.HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(server.uri("/"))
                    .POST(HttpRequest.BodyPublishers.ofString("x"))
                    .build();
            var answer = client.send(request, java.net.http.HttpResponse.BodyHandlers.ofString());
            assertThat(answer.body()).isEqualTo("got x");
        }
    }
}
