package dev.sluice.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;

/// Puts answers on the wire: their framing (RFC 9112 §6) and the headers that all have.
final class Sender {
    private final Gate gate;
    private final DateHeader date;

    Sender(Gate gate, DateHeader date) {
        this.gate = gate;
        this.date = date;
    }

    /// @param goesOn whether the connection serves another request after this
    ChannelFuture whole(Channel channel, HttpRequest request, Answer answer, boolean goesOn) {
        HttpHeaders headers = answer.headers();
        ByteBuf body = answer.body();
        int status = answer.status().code();
        boolean isHead = request.method().equals(HttpMethod.HEAD);
        // None of these says anything of a length (RFC 9110 §8.6): 204 has none, 304 would mean that of the 200, and a
        // HEAD without the body of its GET would mean that GET's.
        boolean hasLength = status != 204 && status != 304 && (!isHead || body.isReadable());
        if (hasLength) headers.set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
        if (isHead) {
            body.release();
            body = Unpooled.EMPTY_BUFFER;
        }
        markConnection(request, headers, goesOn);
        mark(request, headers);
        var trailers = DefaultHttpHeadersFactory.trailersFactory().newEmptyHeaders();
        return channel.writeAndFlush(
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, answer.status(), body, headers, trailers));
    }

    /// The head of an answer whose body, of so many bytes, its pieces follow. It goes out with the first of them.
    void begin(Channel channel, HttpRequest request, Answer head, long bytes, boolean goesOn) {
        head.headers().set(HttpHeaderNames.CONTENT_LENGTH, bytes);
        markConnection(request, head.headers(), goesOn);
        mark(request, head.headers());
        channel.write(new DefaultHttpResponse(HttpVersion.HTTP_1_1, head.status(), head.headers()));
    }

    private static void markConnection(HttpRequest request, HttpHeaders headers, boolean goesOn) {
        if (!goesOn) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (request.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
    }

    /// A head whose body, or other protocol, somebody else writes behind it. Without a `Connection` of its own it says
    /// that the connection ends with it.
    ///
    /// @return whether the body is to be chunked
    boolean head(Channel channel, HttpRequest request, Answer answer) {
        answer.body().release();
        HttpHeaders headers = answer.headers();
        boolean http = answer.status().code() != 101;
        boolean chunked = http && !request.protocolVersion().equals(HttpVersion.HTTP_1_0);
        // Nobody will read a second request from this connection: its codec is gone.
        if (http && !headers.contains(HttpHeaderNames.CONNECTION)) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        if (chunked) headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        mark(request, headers);
        channel.writeAndFlush(new DefaultHttpResponse(HttpVersion.HTTP_1_1, answer.status(), headers));
        return chunked;
    }

    void continued(Channel channel) {
        channel.writeAndFlush(
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
    }

    private void mark(HttpRequest request, HttpHeaders headers) {
        headers.set(HttpHeaderNames.DATE, date.now());
        gate.mark(request.headers(), headers);
    }
}
