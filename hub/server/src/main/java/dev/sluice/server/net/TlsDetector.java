package dev.sluice.server.net;

import dev.sluice.server.net.outlet.GracefulClose;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;

/// Begins TLS if a connection starts with a `ClientHello` that offers one of [our
/// protocols][TlsContext#APPLICATION_PROTOCOLS], or no protocol. Until then a connection has no TLS engine, so
/// that a connection that sends nothing costs little.
final class TlsDetector extends ByteToMessageDecoder {
    /// The type of a handshake record (RFC 8446 §5.1).
    private static final int HANDSHAKE = 22;

    private static final Duration LINGER_TIME = Duration.ofSeconds(5);

    private static final String BODY = "This port serves TLS, and the request came without it: use https://.\n";
    private static final byte[] PLAIN = ("HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: "
                    + BODY.length()
                    + "\r\nConnection: close\r\n\r\n"
                    + BODY)
            .getBytes(StandardCharsets.US_ASCII);

    /// A fatal alert, `no_application_protocol` (RFC 8446 §6).
    private static final byte[] NO_APPLICATION_PROTOCOL = {21, 3, 3, 0, 2, 2, 120};

    private final TlsContext tls;

    TlsDetector(TlsContext tls) {
        this.tls = tls;
        setSingleDecode(true);
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (in.getByte(in.readerIndex()) != HANDSHAKE) {
            refuse(ctx, in, PLAIN);
        } else if (ClientHello.isWhole(in)) {
            List<String> offered = ClientHello.protocols(in);
            if (offered.isEmpty() || !Collections.disjoint(offered, TlsContext.APPLICATION_PROTOCOLS)) {
                ctx.pipeline().replace(this, null, tls.newHandler(ctx.alloc()));
            } else {
                refuse(ctx, in, NO_APPLICATION_PROTOCOL);
            }
        }
    }

    private void refuse(ChannelHandlerContext ctx, ByteBuf in, byte[] answer) {
        in.skipBytes(in.readableBytes());
        tls.countFailure();
        ctx.pipeline().remove(TlsHandshake.class);
        ctx.writeAndFlush(Unpooled.wrappedBuffer(answer)).addListener((ChannelFutureListener) sent -> {
            if (sent.isSuccess()) GracefulClose.begin(ctx.channel(), LINGER_TIME);
            else ctx.close();
        });
        GracefulClose.discardInput(ctx.channel());
    }
}
