package dev.sluice.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;
import java.util.List;

/// Netty's decoder, strict as it is by default since 4.2 (bare LF, `Content-Length` beside `Transfer-Encoding`, and the
/// like are failures), and able to say whether it waits for the rest of a request's head.
final class RequestDecoder extends HttpRequestDecoder {
    private boolean midway;

    RequestDecoder(HttpSettings settings) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(settings.requestLineBytesMax())
                .setMaxHeaderSize(settings.headerBytesMax())
                .setMaxChunkSize(settings.partBytesMax())
                .setUseRfc9112TransferEncoding(true)
                .setStrictLineParsing(true));
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        super.decode(ctx, in, out);
        midway = out.isEmpty(); // There were bytes, and nothing came of them yet.
    }

    /// Whether bytes have come that are no message yet.
    boolean isMidway() {
        return midway;
    }
}
