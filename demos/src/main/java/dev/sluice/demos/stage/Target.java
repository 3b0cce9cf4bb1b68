package dev.sluice.demos.stage;

import dev.sluice.Request;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The request that a relay sends to the hub of a stage: the page's own, with its path below that of the
/// stage, and those of its headers that matter.
final class Target {
    private static final List<String> PARAMETERS =
            List.of("after", "as", "client", "conflate", "envelope", "errors", "heartbeat", "join", "last", "snapshot");

    /// No credentials, and no `Origin`, because the hub of a stage has another one. Nor `Accept-Encoding`: nobody can
    /// read compressed bytes.
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

    /// Returns the request line and the headers, without the blank line at their end.
    ///
    /// @param more further headers, each with its line end
    static byte[] head(Request page, int port, String more) {
        var head = new StringBuilder(page.method())
                .append(' ')
                .append(path(page))
                .append(" HTTP/1.1\r\nHost: localhost:")
                .append(port)
                .append("\r\n");
        for (String name : HEADERS) {
            page.header(name)
                    .ifPresent(value ->
                            head.append(name).append(": ").append(value).append("\r\n"));
        }
        return head.append(more).append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String path(Request page) {
        var path = new StringBuilder();
        try {
            path.append(new URI(null, null, below(page), null).toASCIIString());
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

    /// Returns the path below that of the stage, which ends with its id.
    private static String below(Request page) {
        String stage = "/at/" + page.stars().getFirst();
        return page.path().substring(page.path().indexOf(stage) + stage.length());
    }

    /// Names the connection for the page: as its client. Without the client a WebSocket is that of the reader by hand,
    /// and a plain request belongs to the demo.
    static String connection(Request page) {
        boolean isSocket = page.header("Upgrade").isPresent();
        return page.query("client").orElse(isSocket ? "hand" : "demo");
    }
}
