package dev.sluice.server.http.head;

import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;

/// Creates request heads without a connection.
public final class Requests {
    private Requests() {}

    /// @param headers names and values
    /// @throws ProblemException if the head is invalid
    public static RequestHead get(String target, String... headers) {
        return of(Method.GET, target, headers);
    }

    public static RequestHead of(Method method, String target, String... headers) {
        var head = new DefaultHttpRequest(
                HttpVersion.HTTP_1_1, HttpMethod.valueOf(method.name()), target, HeaderList.FACTORY);
        head.headers().add("Host", "localhost");
        for (int i = 0; i < headers.length; i += 2) head.headers().add(headers[i], headers[i + 1]);
        RequestHead read = RequestHead.of(head);
        if (read.failure() instanceof ProblemException refused) throw refused;
        return read;
    }
}
