package dev.sluice.server.http.h1;

import dev.sluice.server.http.HttpSettings;
import dev.sluice.server.http.exchange.PreparedRequest;
import dev.sluice.server.http.exchange.ReceivedRequest;
import dev.sluice.server.http.head.HeaderList;
import dev.sluice.server.http.head.RequestFraming;
import dev.sluice.server.http.head.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;

/// Netty's decoder, strict as it is by default since 4.2 (a bare LF, `Content-Length` beside `Transfer-Encoding`
/// and the like are errors), which also reports whether it holds an incomplete head. If a whole request has
/// arrived whose head is in the [HeadCache], the head is not parsed again.
final class RequestDecoder extends HttpRequestDecoder {
    private static final byte[] NOTHING = {};

    private final int partBytesMax;
    private final HeadCache heads;
    private boolean midway;

    /// Whether the next byte begins a request of which Netty has seen nothing. Netty may be in the middle of a
    /// line although it has consumed none of its bytes.
    private boolean isAtBeginning = true;

    /// @param heads of the event loop of the connection
    RequestDecoder(HttpSettings settings, HeadCache heads) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(settings.requestLineBytesMax())
                .setMaxHeaderSize(settings.headerBytesMax())
                .setMaxChunkSize(settings.partBytesMax())
                .setUseRfc9112TransferEncoding(true)
                .setStrictLineParsing(true)
                .setHeadersFactory(HeaderList.FACTORY)
                .setTrailersFactory(HeaderList.FACTORY));
        partBytesMax = settings.partBytesMax();
        this.heads = heads;
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
        midway = false;
        if (isAtBeginning && !hasRequest(in)) return;
        int length = isAtBeginning ? HeadCache.length(in) : 0;
        if (length == 0) decodeAnew(ctx, in, out);
        else decodeWhole(ctx, in, length, out);
        midway = out.isEmpty(); // The bytes did not complete a message.
    }

    /// Skips empty lines, which some clients send after a body (RFC 9112 §2.2).
    ///
    /// @return true if a request follows
    private static boolean hasRequest(ByteBuf in) {
        while (in.isReadable()) {
            byte next = in.getByte(in.readerIndex());
            if (next != '\r' && next != '\n') return true;
            in.skipBytes(1);
        }
        return false;
    }

    /// Decodes a head that has arrived completely.
    private void decodeWhole(ChannelHandlerContext ctx, ByteBuf in, int length, List<Object> out) throws Exception {
        long hash = HeadCache.hash(in, length);
        PreparedRequest known = heads.find(in, length, hash);
        long bodyBytes = known == null ? 0 : known.head().framing().bodyBytes();
        if (known != null && in.readableBytes() - length >= bodyBytes) {
            in.skipBytes(length);
            byte[] body = bodyBytes == 0 ? NOTHING : new byte[(int) bodyBytes];
            in.readBytes(body);
            out.add(new ReceivedRequest(known, body));
            return;
        }
        byte[] bytes =
                known == null && heads.isWanted(hash) ? ByteBufUtil.getBytes(in, in.readerIndex(), length) : null;
        int end = in.readerIndex() + length;
        decodeAnew(ctx, in, out);
        if (bytes == null || in.readerIndex() != end) return;
        if (out.isEmpty() || !(out.getFirst() instanceof HttpRequest received)) return;
        RequestHead head = RequestHead.of(received);
        if (mayBeKept(head)) out.set(0, new ReceivedRequest(heads.keep(bytes, hash, head), null));
    }

    private void decodeAnew(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        super.decode(ctx, in, out);
        isAtBeginning = !out.isEmpty()
                && out.getLast() instanceof LastHttpContent last
                && last.decoderResult().isSuccess()
                && !(last instanceof HttpRequest); // An unreadable request.
    }

    /// Returns true if only the length of the body determines what follows the head.
    private boolean mayBeKept(RequestHead head) {
        RequestFraming framing = head.framing();
        return head.failure() == null
                && !framing.expectsContinue()
                && framing.bodyBytes() >= 0
                && framing.bodyBytes() <= partBytesMax;
    }

    /// Returns true if bytes have arrived that do not form a complete message yet.
    boolean isMidway() {
        return midway;
    }
}
