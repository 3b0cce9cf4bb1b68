package dev.sluice.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;
import java.util.List;

/// Netty's decoder, strict as it is by default since 4.2 (a bare LF, `Content-Length` beside `Transfer-Encoding` and
/// the like are errors), which also reports whether it holds an incomplete head.
final class RequestDecoder extends HttpRequestDecoder {
    private boolean midway;

    RequestDecoder(HttpSettings settings) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(settings.requestLineBytesMax())
                .setMaxHeaderSize(settings.headerBytesMax())
                .setMaxChunkSize(settings.partBytesMax())
                .setUseRfc9112TransferEncoding(true)
                .setStrictLineParsing(true)
                .setHeadersFactory(HeaderList.FACTORY)
                .setTrailersFactory(HeaderList.FACTORY));
    }

    /// Refuses `http/1.1`, which Netty accepts: the name is case-sensitive (RFC 9112 §2.3).
    @Override
    protected HttpMessage createMessage(String[] initialLine) throws Exception {
        if (!initialLine[2].startsWith("HTTP/")) {
            throw new IllegalArgumentException("the version is " + initialLine[2] + ", not HTTP/1.1");
        }
        return super.createMessage(initialLine);
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        super.decode(ctx, in, out);
        midway = out.isEmpty(); // The bytes did not complete a message.
    }

    /// Returns true if bytes have arrived that do not form a complete message yet.
    boolean isMidway() {
        return midway;
    }
}
