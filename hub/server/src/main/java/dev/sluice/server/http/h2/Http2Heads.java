package dev.sluice.server.http.h2;

import dev.sluice.server.http.HttpSettings;
import dev.sluice.server.http.head.HeaderList;
import dev.sluice.server.http.head.HeaderNames;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.head.RequestFraming;
import dev.sluice.server.http.head.RequestHead;
import io.netty.handler.codec.http.HttpHeaderValidationUtil;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.HttpConversionUtil;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Converts HTTP/2 heads (RFC 9113 §8.3) to the heads that routes know, and back. Netty's decoder has already
/// refused malformed heads: those with missing, repeated or unknown pseudo-headers, with names in upper case, or
/// with connection-specific headers.
final class Http2Heads {
    private Http2Heads() {}

    /// The head of a request. Its authority becomes `Host`, and a split `Cookie` header is joined (§8.2.3).
    static RequestHead received(Http2Headers from, boolean hasBody, HttpSettings settings) {
        HeaderList headers = HeaderList.unchecked();
        for (Map.Entry<CharSequence, CharSequence> each : from) {
            if (each.getKey().charAt(0) == ':') continue;
            headers.add(each.getKey(), each.getValue().toString());
        }
        List<String> crumbs = headers.getAll(HeaderNames.COOKIE);
        if (crumbs.size() > 1) headers.set(HeaderNames.COOKIE, String.join("; ", crumbs));
        if (from.authority() != null && !headers.contains(HeaderNames.HOST)) {
            headers.set(HeaderNames.HOST, from.authority().toString());
        }
        // Only CONNECT has no path.
        String path = from.path() == null ? "" : from.path().toString();
        boolean expectsContinue = RequestFraming.isContinue(headers.getAll(HeaderNames.EXPECT));
        Problem problem = problem(from, path, headers, settings);
        var framing = new RequestFraming(false, true, hasBody ? bodyBytes(headers) : 0, expectsContinue, problem);
        String method = isToken(from.method()) ? from.method().toString() : "-"; // Access logs show it.
        return RequestHead.of(method, path, headers, framing);
    }

    private static boolean isToken(CharSequence text) {
        return HttpHeaderValidationUtil.validateToken(text) < 0;
    }

    /// The reason to refuse this head; null if it is valid.
    private static @Nullable Problem problem(
            Http2Headers from, String path, HeaderList headers, HttpSettings settings) {
        if (from.method().length() + path.length() > settings.requestLineBytesMax()) {
            return Problems.TARGET_TOO_LONG.of("The path is too long: put less into the URL.");
        }
        if (bytes(headers) > settings.headerBytesMax()) {
            return Problems.HEADERS_TOO_LARGE.of("The headers are too large: send fewer or shorter ones.");
        }
        if (!isToken(from.method())) {
            return Problems.BAD_REQUEST.of("method", "The :method is not a token (RFC 9110 §5.6.2).");
        }
        if (!path.startsWith("/") && !path.equals("*")) {
            return Problems.BAD_REQUEST.of("path", "The :path " + Problems.quoted(path) + " does not begin with '/'.");
        }
        CharSequence authority = from.authority();
        if (authority != null
                && headers.getAll(HeaderNames.HOST).stream().anyMatch(host -> !host.contentEquals(authority))) {
            return Problems.BAD_REQUEST.of("Host", "Host and :authority differ: send one of them.");
        }
        return RequestFraming.unmet(headers.getAll(HeaderNames.EXPECT));
    }

    /// The approximate size in HTTP/1.1.
    private static int bytes(HttpHeaders headers) {
        int bytes = 0;
        for (Map.Entry<String, String> each : headers) {
            bytes += each.getKey().length() + each.getValue().length() + 4;
        }
        return bytes;
    }

    /// The length of the body in bytes; -1 if it was not given. Netty's decoder checks that it is right.
    private static long bodyBytes(HeaderList headers) {
        String length = headers.get(HeaderNames.CONTENT_LENGTH);
        return length == null ? -1 : Long.parseLong(length);
    }

    /// The head of an answer, without connection-specific headers, which HTTP/2 forbids (§8.2.2).
    static Http2Headers of(int status, HttpHeaders headers) {
        Http2Headers head = new DefaultHttp2Headers(false, headers.size() + 1);
        head.status(HttpResponseStatus.valueOf(status).codeAsText());
        HttpConversionUtil.toHttp2Headers(headers, head);
        return head;
    }
}
