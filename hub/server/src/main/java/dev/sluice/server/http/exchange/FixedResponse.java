package dev.sluice.server.http.exchange;

import dev.sluice.server.http.HttpSettings;
import dev.sluice.server.http.ResponseListener;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.policy.OriginPolicy;
import dev.sluice.server.net.outlet.ConnectionFailure;
import dev.sluice.server.net.outlet.GracefulClose;
import dev.sluice.server.net.outlet.TlsPipeline;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// Answers each connection with the same problem and ends it, without reading its request, which costs the
/// server the least. One instance is shared by all connections.
@Sharable
public final class FixedResponse extends ChannelInboundHandlerAdapter {
    /// SETTINGS, and GOAWAY with ENHANCE_YOUR_CALM: no request was processed, so each may be sent again
    /// (RFC 9113 §6.8).
    private static final byte[] HTTP2 = {0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 11};

    private final Problem problem;
    private final ResponseListener listener;
    private final byte[] bytes;
    private final Duration lingerTime;

    public FixedResponse(Problem problem, HttpSettings settings, ResponseListener listener) {
        this.problem = problem;
        this.listener = listener;
        this.bytes = bytes(problem);
        this.lingerTime = settings.lingerTime();
    }

    private static byte[] bytes(Problem problem) {
        String body = new String(problem.json(), StandardCharsets.US_ASCII);
        var head = new StringBuilder("HTTP/1.1 " + HttpResponseStatus.valueOf(problem.status()) + "\r\n");
        head.append("Content-Type: " + Problem.CONTENT_TYPE + "\r\n");
        problem.headers().forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
        head.append("Cache-Control: no-store\r\n");
        head.append("Vary: " + OriginPolicy.VARY + "\r\n");
        head.append("X-Content-Type-Options: nosniff\r\n");
        head.append("Connection: close\r\n");
        head.append("Content-Length: " + body.length() + "\r\n\r\n");
        return head.append(body).toString().getBytes(StandardCharsets.US_ASCII);
    }

    /// With TLS, this handler is added after the handshake.
    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        if (ctx.channel().isActive()) send(ctx);
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        send(ctx);
    }

    private void send(ChannelHandlerContext ctx) {
        listener.refused(problem);
        byte[] answer = TlsPipeline.isHttp2(ctx.channel()) ? HTTP2 : bytes;
        ctx.writeAndFlush(Unpooled.wrappedBuffer(answer)).addListener(sent -> {
            if (sent.isSuccess()) GracefulClose.begin(ctx.channel(), lingerTime);
            else ctx.close();
        });
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object request) {
        ReferenceCountUtil.release(request);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ConnectionFailure.log(cause);
        ctx.close();
    }
}
