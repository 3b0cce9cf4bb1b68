package dev.sluice.server.http.head;

import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The bounds of a request, and whether another may follow. They must be unambiguous: two parties that see them
/// differently are open to request smuggling (RFC 9112 §11.2).
///
/// @param isKeepAlive     whether the client keeps the connection open after the answer
/// @param bodyBytes       the length of the body; -1 if it is unknown until the body's end
/// @param expectsContinue whether the client waits for `100 Continue`
/// @param problem         the problem with which the request is refused and the connection ended, because the
///                        beginning of the next request is unknown; null if the framing is valid
public record RequestFraming(
        boolean isHttp10,
        boolean isKeepAlive,
        long bodyBytes,
        boolean expectsContinue,
        @Nullable Problem problem) {
    static RequestFraming of(HttpRequest head) {
        boolean isHttp10 = head.protocolVersion().equals(HttpVersion.HTTP_1_0);
        boolean isKeepAlive = HttpUtil.isKeepAlive(head);
        if (head.decoderResult().isFailure()) {
            Problem unreadable = unreadable(head.decoderResult().cause());
            return new RequestFraming(isHttp10, isKeepAlive, 0, false, unreadable);
        }
        long bodyBytes = HttpUtil.isTransferEncodingChunked(head) ? -1 : HttpUtil.getContentLength(head, 0L);
        boolean expectsContinue = !isHttp10 && isContinue(head.headers().getAll(HeaderNames.EXPECT));
        return new RequestFraming(isHttp10, isKeepAlive, bodyBytes, expectsContinue, problem(head));
    }

    private static @Nullable Problem problem(HttpRequest head) {
        HttpVersion version = head.protocolVersion();
        if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
            return Problems.HTTP_VERSION.of(
                    "The hub speaks HTTP/1.1 and HTTP/1.0, not " + Problems.quoted(version.text()) + ".");
        }
        HttpHeaders headers = head.headers();
        List<String> codings = headers.getAll(HeaderNames.TRANSFER_ENCODING);
        if (codings.size() > 1 || (codings.size() == 1 && !codings.getFirst().equalsIgnoreCase("chunked"))) {
            return Problems.BAD_REQUEST.of(
                    "Transfer-Encoding", "The only transfer coding accepted is 'chunked', alone and once.");
        }
        // Netty's decoder reads eight bytes after such a head as its body; other implementations don't.
        if (headers.contains("Sec-WebSocket-Key1")) {
            return Problems.BAD_REQUEST.of(
                    "Sec-WebSocket-Key1", "This draft of WebSocket is not supported: use RFC 6455.");
        }
        return version.equals(HttpVersion.HTTP_1_0) ? null : unmet(headers.getAll(HeaderNames.EXPECT));
    }

    private static Problem unreadable(Throwable cause) {
        return switch (cause) {
            case TooLongHttpLineException tooLong ->
                Problems.TARGET_TOO_LONG.of("The request line is too long: put less into the URL.");
            case TooLongHttpHeaderException tooLong ->
                Problems.HEADERS_TOO_LARGE.of("The headers are too large: send fewer or shorter ones.");
            default ->
                Problems.BAD_REQUEST.of(
                        "The request can't be read (" + Problems.bare(String.valueOf(cause.getMessage()))
                                + "): send HTTP/1.1 as RFC 9112 defines it.");
        };
    }

    /// The refusal of expectations that the server does not support; null if there is nothing to refuse.
    static @Nullable public Problem unmet(List<String> expected) {
        if (expected.isEmpty() || isContinue(expected)) return null;
        return Problems.EXPECTATION_FAILED.of("Expect", "The only supported expectation is '100-continue'.");
    }

    public static boolean isContinue(List<String> expected) {
        return expected.size() == 1 && HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(expected.getFirst());
    }
}
