package dev.sluice.sense.check;

import java.util.Optional;
import java.util.Set;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/// The request to which a response redirects, as in browsers (WHATWG Fetch §4.4).
final class Redirect {
    private static final Set<Integer> STATUSES = Set.of(301, 302, 303, 307, 308);

    private Redirect() {}

    /// @return empty if the response does not redirect, or redirects to another origin that would receive the
    ///     body
    static Optional<Request> of(Request request, Response response) {
        int status = response.code();
        String location = response.header("Location");
        if (!STATUSES.contains(status) || location == null) return Optional.empty();
        HttpUrl to = request.url().resolve(location);
        if (to == null) return Optional.empty();
        boolean isSameOrigin = WebClient.isSameOrigin(request.url(), to);
        boolean keepsMethod = status >= 307
                || request.method().equals("GET")
                || request.method().equals("HEAD")
                || (status != 303 && !request.method().equals("POST"));
        RequestBody body = request.body();
        boolean hasBody = body != null && length(body) != 0;
        if (keepsMethod && hasBody && !isSameOrigin) return Optional.empty();
        var next = new Request.Builder().url(to);
        var headers = new Headers.Builder();
        request.headers().forEach(header -> {
            if (isSameOrigin || WebClient.isForEachOrigin(header.getFirst()))
                headers.add(header.getFirst(), header.getSecond());
        });
        next.headers(headers.build());
        if (keepsMethod) next.method(request.method(), body);
        return Optional.of(next.build()); // The method becomes GET otherwise (RFC 9110 §15.4).
    }

    private static long length(RequestBody body) {
        try {
            return body.contentLength();
        } catch (java.io.IOException unknown) {
            return -1;
        }
    }
}
