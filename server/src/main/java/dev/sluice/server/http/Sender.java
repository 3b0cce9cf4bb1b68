package dev.sluice.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;

/// Writes answers to connections of HTTP/1.1, with their framing (RFC 9112 §6) and the headers common to all answers.
final class Sender {
    private final OriginPolicy policy;
    private final DateHeader date;

    Sender(OriginPolicy policy, DateHeader date) {
        this.policy = policy;
        this.date = date;
    }

    /// Writes a complete answer.
    ///
    /// @param keepsAlive whether the connection serves another request after this
    ChannelFuture whole(Channel channel, HttpRequest request, Answer answer, boolean keepsAlive) {
        addConnectionHeader(request, answer.headers(), keepsAlive);
        ByteBuf bytes = complete(request.method().name(), request.headers(), answer);
        var trailers = DefaultHttpHeadersFactory.trailersFactory().newEmptyHeaders();
        return channel.writeAndFlush(
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, statusOf(answer), bytes, answer.headers(), trailers));
    }

    /// Completes the head of a whole answer, and returns the body to send.
    ByteBuf complete(String method, HttpHeaders request, Answer answer) {
        byte[] body = answer.body();
        int status = answer.status();
        boolean isHead = method.equals("HEAD");
        // No Content-Length (RFC 9110 §8.6) for 204, which has no body, for 304, where it would be that of the 200, and
        // for HEAD where the body of the GET is not at hand.
        boolean hasLength =
                status != Status.NO_CONTENT && status != Status.NOT_MODIFIED && (!isHead || body.length > 0);
        if (hasLength) answer.headers().set(HeaderNames.CONTENT_LENGTH, body.length);
        addCommonHeaders(request, answer.headers());
        return isHead ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body);
    }

    /// Writes the head of an answer whose body of `bytes` bytes follows in pieces. It is flushed with the first piece.
    void begin(Channel channel, HttpRequest request, Answer head, long bytes, boolean keepsAlive) {
        head.headers().set(HeaderNames.CONTENT_LENGTH, bytes);
        addConnectionHeader(request, head.headers(), keepsAlive);
        addCommonHeaders(request.headers(), head.headers());
        channel.write(new DefaultHttpResponse(HttpVersion.HTTP_1_1, statusOf(head), head.headers()));
    }

    private static void addConnectionHeader(HttpRequest request, HttpHeaders headers, boolean keepsAlive) {
        if (!keepsAlive) {
            headers.set(HeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (request.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
            headers.set(HeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
    }

    /// Writes a head after which the caller writes the body or another protocol. Adds `Connection: close` unless the
    /// head has a `Connection` header.
    void head(Channel channel, HttpRequest request, Answer answer) {
        HttpHeaders headers = answer.headers();
        boolean http = answer.status() != Status.SWITCHING_PROTOCOLS;
        boolean chunked = http && !request.protocolVersion().equals(HttpVersion.HTTP_1_0);
        // The codec is removed from this connection, so it can't serve a second request.
        if (http && !headers.contains(HeaderNames.CONNECTION)) {
            headers.set(HeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        if (chunked) headers.set(HeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        addCommonHeaders(request.headers(), headers);
        channel.writeAndFlush(new DefaultHttpResponse(HttpVersion.HTTP_1_1, statusOf(answer), headers));
    }

    void sendContinue(Channel channel) {
        channel.writeAndFlush(
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
    }

    private static HttpResponseStatus statusOf(Answer answer) {
        return HttpResponseStatus.valueOf(answer.status());
    }

    /// Adds the headers common to all answers.
    void addCommonHeaders(HttpHeaders request, HttpHeaders headers) {
        headers.set(HeaderNames.DATE, date.now());
        policy.addHeaders(request, headers);
    }
}
