package dev.sluice.sense.check;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Locale;
import java.util.Optional;

/// Sends the requests of checks, and follows redirects. The client of the JDK would send the headers of a check to
/// each origin that it is redirected to, and headers and bodies have keys: here they stay with the origin (RFC 6454)
/// that they were given for.
public final class WebClient {
    /// As in the JDK; the answer after these counts as it is.
    private static final int REDIRECTS_MAX = 5;

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1) // An upgrade to HTTP/2 would be one more thing that can fail.
            .followRedirects(Redirect.NEVER)
            .build();

    /// Returns the client of the JDK, which follows no redirect.
    public HttpClient plain() {
        return client;
    }

    /// Sends a request.
    ///
    /// @param isFollowing whether an answer that redirects leads to another request
    /// @return the last answer, whose body the caller closes
    HttpResponse<InputStream> send(HttpRequest request, boolean isFollowing) throws IOException, InterruptedException {
        HttpRequest next = request;
        for (int redirects = 0; ; redirects++) {
            HttpResponse<InputStream> response = client.send(next, BodyHandlers.ofInputStream());
            if (!isFollowing || redirects == REDIRECTS_MAX) return response;
            Optional<HttpRequest> redirected = redirected(next, response);
            if (redirected.isEmpty()) return response;
            response.body().close();
            next = redirected.get();
        }
    }

    /// Returns the request that an answer leads to; empty if it leads to none, from HTTPS to HTTP, or to another origin
    /// that would need the body.
    private static Optional<HttpRequest> redirected(HttpRequest request, HttpResponse<?> response) {
        int status = response.statusCode();
        if (status != 301 && status != 302 && status != 303 && status != 307 && status != 308) return Optional.empty();
        Optional<URI> location = response.headers().firstValue("Location").flatMap(to -> resolved(request.uri(), to));
        if (location.isEmpty()) return Optional.empty();
        URI to = location.get();
        boolean isSecure = request.uri().getScheme().equalsIgnoreCase("https");
        if (isSecure && !to.getScheme().equalsIgnoreCase("https")) return Optional.empty();
        boolean isSameOrigin = origin(to).equals(origin(request.uri()));
        boolean keepsMethod = status >= 307
                || request.method().equals("GET")
                || request.method().equals("HEAD")
                || (status != 303 && !request.method().equals("POST"));
        boolean hasBody = request.bodyPublisher()
                .filter(body -> body.contentLength() != 0)
                .isPresent();
        if (keepsMethod && hasBody && !isSameOrigin) return Optional.empty();
        var next = HttpRequest.newBuilder(to);
        request.headers().map().forEach((name, values) -> {
            boolean isOurs = name.equalsIgnoreCase("User-Agent") || name.equalsIgnoreCase("Accept");
            if (isSameOrigin || isOurs) values.forEach(value -> next.header(name, value));
        });
        if (keepsMethod) next.method(request.method(), request.bodyPublisher().orElse(BodyPublishers.noBody()));
        return Optional.of(next.build()); // Otherwise GET (RFC 9110 §15.4).
    }

    private static Optional<URI> resolved(URI base, String location) {
        try {
            URI to = base.resolve(location);
            boolean isWeb = "http".equalsIgnoreCase(to.getScheme()) || "https".equalsIgnoreCase(to.getScheme());
            return isWeb && to.getHost() != null ? Optional.of(to) : Optional.empty();
        } catch (IllegalArgumentException invalid) {
            return Optional.empty();
        }
    }

    private static String origin(URI uri) {
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        int port = uri.getPort() >= 0 ? uri.getPort() : scheme.equals("https") ? 443 : 80;
        return scheme + "://" + uri.getHost().toLowerCase(Locale.ROOT) + ":" + port;
    }
}
