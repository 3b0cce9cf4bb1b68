package dev.sluice.cluster.raft;

import dev.sluice.cluster.tls.RefusalLog;
import java.net.InetSocketAddress;
import javax.net.ssl.SSLException;
import org.apache.ratis.thirdparty.io.grpc.netty.GrpcHttp2ConnectionHandler;
import org.apache.ratis.thirdparty.io.grpc.netty.InternalProtocolNegotiator.ProtocolNegotiator;
import org.apache.ratis.thirdparty.io.grpc.netty.InternalProtocolNegotiators;
import org.apache.ratis.thirdparty.io.netty.channel.ChannelHandler;
import org.apache.ratis.thirdparty.io.netty.channel.ChannelHandlerContext;
import org.apache.ratis.thirdparty.io.netty.channel.ChannelInboundHandlerAdapter;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.SslContext;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.SslHandler;
import org.apache.ratis.thirdparty.io.netty.util.AsciiString;

/// gRPC's TLS for Raft's port, which also logs failed handshakes. gRPC itself does not report them.
final class RefusedHandshakes implements ProtocolNegotiator {
    private final ProtocolNegotiator tls;
    private final RefusalLog refusals = new RefusalLog(System::nanoTime);

    RefusedHandshakes(SslContext context) {
        tls = InternalProtocolNegotiators.serverTls(context);
    }

    @Override
    public AsciiString scheme() {
        return tls.scheme();
    }

    @Override
    public ChannelHandler newHandler(GrpcHttp2ConnectionHandler http2) {
        return new Watch(tls.newHandler(http2));
    }

    @Override
    public void close() {
        tls.close();
    }

    /// Follows the handshake's handlers in the pipeline, one of which reports a failure as an exception.
    private final class Watch extends ChannelInboundHandlerAdapter {
        private final ChannelHandler handshake;

        Watch(ChannelHandler handshake) {
            this.handshake = handshake;
        }

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            ctx.pipeline().addBefore(ctx.name(), null, handshake);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            if (cause instanceof SSLException && !isDone(ctx)) {
                var from = (InetSocketAddress) ctx.channel().remoteAddress();
                refusals.refused(from == null ? null : from.getAddress().getHostAddress(), cause);
            }
            ctx.fireExceptionCaught(cause);
        }

        private static boolean isDone(ChannelHandlerContext ctx) {
            SslHandler handler = ctx.pipeline().get(SslHandler.class);
            return handler != null && handler.handshakeFuture().isSuccess();
        }
    }
}
