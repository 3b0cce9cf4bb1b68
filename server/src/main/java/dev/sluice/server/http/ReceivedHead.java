package dev.sluice.server.http;

import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/// The head of a request as it was received, before its parts are checked.
final class ReceivedHead {
    private final String method;
    private final String target;
    private final HeaderList headers;
    private final boolean isHttp10;
    private @Nullable RequestHead parsed;
    private boolean allowsPipelining;

    /// @param target  as in the request line of HTTP/1.1, or `:path`
    /// @param headers without pseudo-headers; `Host` is that of `:authority`
    ReceivedHead(String method, String target, HeaderList headers, boolean isHttp10) {
        this.method = method;
        this.target = target;
        this.headers = headers;
        this.isHttp10 = isHttp10;
    }

    static ReceivedHead of(HttpRequest head) {
        boolean isHttp10 = head.protocolVersion().equals(HttpVersion.HTTP_1_0);
        return new ReceivedHead(head.method().name(), head.uri(), (HeaderList) head.headers(), isHttp10);
    }

    String method() {
        return method;
    }

    String target() {
        return target;
    }

    HeaderList headers() {
        return headers;
    }

    boolean isHttp10() {
        return isHttp10;
    }

    /// Notes that a request with this head [allowed it][Exchange#allowPipelining].
    void allowPipelining() {
        allowsPipelining = true;
    }

    boolean allowsPipelining() {
        return allowsPipelining;
    }

    /// The parsed head, which is the same object each time.
    ///
    /// @throws Refused if path, query or `Host` are invalid
    RequestHead parsed() {
        RequestHead known = parsed;
        if (known == null) {
            known = RequestHead.of(this);
            parsed = known;
        }
        return known;
    }
}
