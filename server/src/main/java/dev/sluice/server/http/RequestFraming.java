package dev.sluice.server.http;

import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.List;
import java.util.Optional;

/// Checks that the bounds of a request are unambiguous: two parties that see them differently are open to request
/// smuggling (RFC 9112 §11.2).
final class RequestFraming {
    private RequestFraming() {}

    /// Returns the reason to refuse this head and end the connection, if there is one.
    static Optional<Problem> problem(HttpRequest head) {
        if (head.decoderResult().isFailure())
            return Optional.of(unreadable(head.decoderResult().cause()));
        HttpVersion version = head.protocolVersion();
        if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
            return Optional.of(Problems.HTTP_VERSION.of(
                    "The hub speaks HTTP/1.1 and HTTP/1.0, not " + Problems.quoted(version.text()) + "."));
        }
        HttpHeaders headers = head.headers();
        List<String> codings = headers.getAll(HeaderNames.TRANSFER_ENCODING);
        if (codings.size() > 1 || (codings.size() == 1 && !codings.getFirst().equalsIgnoreCase("chunked"))) {
            return Optional.of(Problems.BAD_REQUEST.of(
                    "Transfer-Encoding", "The only transfer coding taken is 'chunked', alone and once."));
        }
        // Netty's decoder reads eight bytes after such a head as its body; other implementations don't.
        if (headers.contains("Sec-WebSocket-Key1")) {
            return Optional.of(Problems.BAD_REQUEST.of(
                    "Sec-WebSocket-Key1", "This draft of WebSocket is not spoken here: use RFC 6455."));
        }
        List<String> expected = headers.getAll(HeaderNames.EXPECT);
        if (!expected.isEmpty() && !version.equals(HttpVersion.HTTP_1_0) && !isContinue(expected)) {
            return Optional.of(Problems.EXPECTATION_FAILED.of("Expect", "The only expectation met is '100-continue'."));
        }
        return Optional.empty();
    }

    private static Problem unreadable(Throwable cause) {
        return switch (cause) {
            case TooLongHttpLineException tooLong ->
                Problems.TARGET_TOO_LONG.of("The request line is too long: put less into the URL.");
            case TooLongHttpHeaderException tooLong ->
                Problems.HEADERS_TOO_LARGE.of("The headers are too large: send fewer or shorter ones.");
            default ->
                Problems.BAD_REQUEST.of("The request can't be read ("
                        + Problems.bare(String.valueOf(cause.getMessage())) + "): send HTTP/1.1 as RFC 9112 has it.");
        };
    }

    static boolean expectsContinue(HttpRequest head) {
        return !head.protocolVersion().equals(HttpVersion.HTTP_1_0)
                && isContinue(head.headers().getAll(HeaderNames.EXPECT));
    }

    private static boolean isContinue(List<String> expected) {
        return expected.size() == 1 && HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(expected.getFirst());
    }

    /// The length of the body in bytes; -1 if it is chunked.
    static long bodyBytes(HttpRequest head) {
        if (HttpUtil.isTransferEncodingChunked(head)) return -1;
        return HttpUtil.getContentLength(head, 0L);
    }
}
