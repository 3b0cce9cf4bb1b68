package dev.sluice.demos.stage;

import dev.sluice.Request;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The request that a relay sends to the hub behind it: the page's own request, with its path below the
/// relay, and with the relevant headers only.
final class Target {
    private static final List<String> PARAMETERS = List.of(
            "after",
            "as",
            "client",
            "coalesce",
            "conflate",
            "envelope",
            "errors",
            "heartbeat",
            "join",
            "last",
            "snapshot");

    /// Credentials are not forwarded. Neither is `Origin`, because the hub behind a relay has a different
    /// origin, nor `Accept-Encoding`, because compressed bytes are not readable.
    private static final List<String> HEADERS = List.of(
            "User-Agent",
            "Accept-Language",
            "Cache-Control",
            "Content-Type",
            "Last-Event-ID",
            "Sec-Fetch-Dest",
            "Sec-Fetch-Mode",
            "Sec-Fetch-Site",
            "Sec-WebSocket-Version",
            "Sec-WebSocket-Key",
            "Sec-WebSocket-Protocol");

    private Target() {}

    /// Returns the request line and the headers, without the final blank line.
    ///
    /// @param more further headers, each with its line end
    static byte[] head(Request page, Upstream upstream, String more) {
        var head = new StringBuilder(page.method())
                .append(' ')
                .append(path(page, upstream))
                .append(" HTTP/1.1\r\nHost: localhost:")
                .append(upstream.port())
                .append("\r\n");
        for (String name : HEADERS) {
            page.header(name)
                    .ifPresent(value ->
                            head.append(name).append(": ").append(value).append("\r\n"));
        }
        return head.append(more).append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String path(Request page, Upstream upstream) {
        var path = new StringBuilder();
        try {
            path.append(new URI(null, null, upstream.path(below(page)), null).toASCIIString());
        } catch (URISyntaxException unusable) {
            throw new IllegalArgumentException(unusable);
        }
        char separator = '?';
        for (String name : PARAMETERS) {
            String value = page.query(name).orElse(null);
            if (value == null) continue;
            path.append(separator).append(name).append('=').append(URLEncoder.encode(value, StandardCharsets.UTF_8));
            separator = '&';
        }
        return path.toString();
    }

    /// Returns the path after the prefix of the relay, which ends with its id.
    private static String below(Request page) {
        String relay = "/at/" + page.stars().getFirst();
        return page.path().substring(page.path().indexOf(relay) + relay.length());
    }
}
