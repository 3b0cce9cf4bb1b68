package dev.sluice.server.http.exchange;

import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.head.HeaderList;
import dev.sluice.server.http.head.HeaderNames;
import dev.sluice.server.http.head.Method;
import dev.sluice.server.http.head.RequestHead;
import dev.sluice.server.http.head.Status;
import dev.sluice.server.http.policy.OriginPolicy;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Writes answers to HTTP/1.1 connections, with their framing (RFC 9112 §6) and the headers common to all
/// answers.
public final class Http1ResponseWriter {
    private static final AsciiString VERSION = AsciiString.cached("HTTP/1.1 ");
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int CR_LF = '\r' << 8 | '\n';
    private static final int COLON_SPACE = ':' << 8 | ' ';
    private static final byte[] NOTHING = {};

    /// The size of most heads.
    private static final int HEAD_BYTES = 512;

    /// A body of up to this size is copied behind its head, which costs less than another buffer.
    private static final int COPIED_MAX = 16 << 10;

    /// Lengths below this are cached as text.
    private static final int LENGTHS = 1 << 10;

    private static final String[] LENGTH =
            IntStream.range(0, LENGTHS).mapToObj(Integer::toString).toArray(String[]::new);

    private final OriginPolicy policy;
    private final DateHeader date;

    /// The headers of most answers to requests without an `Origin`, as a list and as encoded text.
    private final HeaderList common = new HeaderList();

    private final byte[] commonText;

    public Http1ResponseWriter(OriginPolicy policy, DateHeader date) {
        this.policy = policy;
        this.date = date;
        OriginPolicy.addCommonHeaders(common);
        ByteBuf text = Unpooled.buffer();
        write(common, text);
        commonText = ByteBufUtil.getBytes(text);
    }

    /// Writes a complete answer; the caller flushes.
    ///
    /// @param keepsAlive whether the connection serves another request after this
    /// @param written    completed with the last byte
    public ChannelFuture whole(
            Channel channel, RequestHead request, ServerResponse answer, boolean keepsAlive, ChannelPromise written) {
        addConnectionHeader(request, answer.headers(), keepsAlive);
        byte[] body = body(request, answer);
        boolean isCommon = hasCommonHeaders(request.headers(), answer.headers());
        if (!isCommon) addCommonHeaders(request, answer.headers());
        String length = length(request, answer);
        if (length != null) answer.headers().remove(HeaderNames.CONTENT_LENGTH);
        ByteBuf head = encoded(channel, answer, isCommon, length, body.length <= COPIED_MAX ? body.length : 0);
        if (body.length <= COPIED_MAX) return channel.write(head.writeBytes(body), written);
        channel.write(head, channel.voidPromise());
        return channel.write(Unpooled.wrappedBuffer(body), written);
    }

    /// Returns true if the common headers that are already encoded suffice for an answer, as for most.
    private boolean hasCommonHeaders(HttpHeaders request, HeaderList answer) {
        if (policy.tellsOriginsAlways() || request.contains(HeaderNames.ORIGIN) || answer.contains(HeaderNames.DATE))
            return false;
        for (int i = 0; i < common.size(); i++) if (answer.contains(common.name(i))) return false;
        return true;
    }

    /// Completes the head of a whole answer, and returns the body to send.
    public byte[] complete(RequestHead request, ServerResponse answer) {
        String length = length(request, answer);
        if (length != null) answer.headers().set(HeaderNames.CONTENT_LENGTH, length);
        addCommonHeaders(request, answer.headers());
        return body(request, answer);
    }

    private static byte[] body(RequestHead request, ServerResponse answer) {
        return isHead(request) ? NOTHING : answer.body();
    }

    private static boolean isHead(RequestHead request) {
        return request.method().equals(Method.HEAD);
    }

    /// The `Content-Length` of a whole answer (RFC 9110 §8.6).
    ///
    /// @return null for 204, which has no body, for 304, where it would be that of the 200, and for HEAD if the
    ///     body of the GET is not known
    private static @Nullable String length(RequestHead request, ServerResponse answer) {
        int status = answer.status();
        int bytes = answer.body().length;
        if (status == Status.NO_CONTENT || status == Status.NOT_MODIFIED || (isHead(request) && bytes == 0))
            return null;
        return bytes < LENGTHS ? LENGTH[bytes] : Integer.toString(bytes);
    }

    /// Writes the head of an answer whose body of `bytes` bytes follows in pieces. It is flushed with the first
    /// piece.
    public void begin(Channel channel, RequestHead request, ServerResponse head, long bytes, boolean keepsAlive) {
        head.headers().set(HeaderNames.CONTENT_LENGTH, Long.toString(bytes));
        addConnectionHeader(request, head.headers(), keepsAlive);
        addCommonHeaders(request, head.headers());
        channel.write(encoded(channel, head, false, null, 0));
    }

    /// The encoded head (RFC 9112 §4), in a buffer with room for `more` bytes after it.
    ///
    /// @param isCommon whether the common headers follow those of the answer
    /// @param length   the `Content-Length`; null if it is absent, or among the headers of the answer
    private ByteBuf encoded(
            Channel channel, ServerResponse answer, boolean isCommon, @Nullable String length, int more) {
        HttpResponseStatus status = HttpResponseStatus.valueOf(answer.status());
        ByteBuf out = channel.alloc().directBuffer(HEAD_BYTES + more);
        ByteBufUtil.copy(VERSION, out);
        ByteBufUtil.copy(status.codeAsText(), out);
        out.writeByte(' ');
        ByteBufUtil.writeAscii(out, status.reasonPhrase());
        out.writeShort(CR_LF);
        write(answer.headers(), out);
        if (length != null) write(HeaderNames.CONTENT_LENGTH, length, out);
        if (isCommon) {
            ByteBufUtil.copy(date.line(), out);
            out.writeBytes(commonText);
        }
        return out.writeShort(CR_LF);
    }

    private static void write(HeaderList headers, ByteBuf out) {
        for (int i = 0; i < headers.size(); i++) write(headers.name(i), headers.value(i), out);
    }

    private static void write(CharSequence name, CharSequence value, ByteBuf out) {
        ByteBufUtil.writeAscii(out, name);
        out.writeShort(COLON_SPACE);
        ByteBufUtil.writeAscii(out, value);
        out.writeShort(CR_LF);
    }

    private static void addConnectionHeader(RequestHead request, HttpHeaders headers, boolean keepsAlive) {
        if (!keepsAlive) {
            headers.add(HeaderNames.CONNECTION, HttpHeaderValues.CLOSE); // Beside `Upgrade`, if the answer has that.
        } else if (request.isHttp10()) {
            headers.set(HeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
    }

    /// Writes a head after which the caller writes the body or another protocol. Adds `Connection: close` unless
    /// the head has a `Connection` header.
    public void head(Channel channel, RequestHead request, ServerResponse answer) {
        HttpHeaders headers = answer.headers();
        boolean http = answer.status() != Status.SWITCHING_PROTOCOLS;
        boolean chunked = http && !request.isHttp10();
        // The codec is removed from this connection, so it can't serve a second request.
        if (http && !headers.contains(HeaderNames.CONNECTION)) {
            headers.set(HeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        if (chunked) headers.set(HeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        addCommonHeaders(request, headers);
        channel.writeAndFlush(encoded(channel, answer, false, null, 0));
    }

    public void sendContinue(Channel channel) {
        channel.writeAndFlush(Unpooled.wrappedBuffer(CONTINUE));
    }

    /// Adds the headers common to all answers.
    public void addCommonHeaders(RequestHead request, HttpHeaders headers) {
        headers.set(HeaderNames.DATE, date.now());
        policy.addHeaders(request.headers(), headers);
    }
}
