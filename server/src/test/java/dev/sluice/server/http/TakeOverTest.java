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
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Connections that go on as something else.
final class TakeOverTest {
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
}
