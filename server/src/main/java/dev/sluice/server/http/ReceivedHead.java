package dev.sluice.server.http;

import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;

/// The head of a request as it was received, before its parts are checked.
///
/// @param target  as in the request line of HTTP/1.1, or `:path`
/// @param headers without pseudo-headers; `Host` is that of `:authority`
record ReceivedHead(String method, String target, HeaderList headers, boolean isHttp10) {
    static ReceivedHead of(HttpRequest head) {
        boolean isHttp10 = head.protocolVersion().equals(HttpVersion.HTTP_1_0);
        return new ReceivedHead(head.method().name(), head.uri(), (HeaderList) head.headers(), isHttp10);
    }
}
