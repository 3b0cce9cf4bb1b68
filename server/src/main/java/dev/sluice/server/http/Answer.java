package dev.sluice.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;

/// What is sent back: once, as whoever sends it releases the body. Headers that every answer has are added in sending.
public record Answer(HttpResponseStatus status, HttpHeaders headers, ByteBuf body) {
    /// Without a body.
    public static Answer empty(HttpResponseStatus status) {
        return new Answer(status, DefaultHttpHeadersFactory.headersFactory().newHeaders(), Unpooled.EMPTY_BUFFER);
    }

    public static Answer of(HttpResponseStatus status, String contentType, byte[] body) {
        return of(status, contentType, Unpooled.wrappedBuffer(body));
    }

    public static Answer of(HttpResponseStatus status, String contentType, ByteBuf body) {
        var headers = DefaultHttpHeadersFactory.headersFactory().newHeaders();
        headers.set(HttpHeaderNames.CONTENT_TYPE, contentType);
        return new Answer(status, headers, body);
    }

    public static Answer json(HttpResponseStatus status, byte[] body) {
        return of(status, "application/json", body);
    }

    public static Answer text(HttpResponseStatus status, String body) {
        return of(status, "text/plain; charset=utf-8", body.getBytes(StandardCharsets.UTF_8));
    }

    public static Answer problem(Problem problem) {
        var status = HttpResponseStatus.valueOf(problem.status());
        var answer = of(status, Problem.CONTENT_TYPE, problem.json());
        problem.headers().forEach(answer.headers::set);
        return answer;
    }

    /// This answer with a header set.
    public Answer with(CharSequence name, String value) {
        headers.set(name, value);
        return this;
    }
}
