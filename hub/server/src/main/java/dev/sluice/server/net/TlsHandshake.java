package dev.sluice.server.net;

import dev.sluice.core.encoding.LogField;
import dev.sluice.server.net.outlet.ConnectionFailure;
import dev.sluice.server.net.outlet.ServerStopping;
import dev.sluice.server.net.outlet.TlsPipeline;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/// Takes the place of the HTTP handlers in a TLS connection until the handshake is complete, and limits its
/// time. Then the HTTP handlers are added, which ask [TlsPipeline#isHttp2] for the chosen protocol.
final class TlsHandshake extends ChannelInboundHandlerAdapter {
    private static final System.Logger LOG = System.getLogger(TlsHandshake.class.getName());

    private final TlsContext tls;
    private final ChannelHandler http;
    private @Nullable Deadline deadline;
    private boolean isOver;

    /// @param http the handler of a connection after the handshake
    TlsHandshake(TlsContext tls, ChannelHandler http) {
        this.tls = tls;
        this.http = http;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        deadline = new Deadline(ctx.channel().eventLoop(), () -> expired(ctx));
        deadline.in(tls.handshakeTime());
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (deadline != null) deadline.end();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        switch (event) {
            case SslHandshakeCompletionEvent handshake
            when handshake.isSuccess() -> ctx.pipeline().replace(this, null, http);
            case SslHandshakeCompletionEvent handshake -> failed(ctx, handshake.cause());
            case ServerStopping _ -> TlsPipeline.abort(ctx.channel());
            default -> ctx.fireUserEventTriggered(event);
        }
    }

    private void expired(ChannelHandlerContext ctx) {
        failed(ctx, new IOException("not complete after " + tls.handshakeTime().toMillis() + " ms"));
        TlsPipeline.abort(ctx.channel());
    }

    /// Netty may report a failure as an event, as an exception, and as the end of the connection; only the first
    /// report counts.
    private void failed(ChannelHandlerContext ctx, Throwable cause) {
        if (isOver) return;
        isOver = true;
        tls.countFailure();
        LOG.log(
                Level.DEBUG,
                () -> "TLS handshake failed client="
                        + LogField.quoted(ctx.channel().remoteAddress()),
                cause);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof Error) ConnectionFailure.log(cause);
        else failed(ctx, cause);
        ctx.close();
    }
}
