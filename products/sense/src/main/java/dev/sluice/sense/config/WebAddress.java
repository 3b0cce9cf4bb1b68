package dev.sluice.sense.config;

import java.util.Locale;
import okhttp3.HttpUrl;

/// Parses addresses of web applications as browsers do (WHATWG URL): they may contain letters of any
/// language, and characters that browsers encode.
final class WebAddress {
    private WebAddress() {}

    /// Parses the address of a WebSocket and returns that of its opening request (RFC 6455 §4.1).
    ///
    /// @throws IllegalArgumentException as for [#parse]
    static HttpUrl parseSocket(String text) {
        if (!text.startsWith("ws://") && !text.startsWith("wss://"))
            throw new IllegalArgumentException("write it as wss://shop.example/socket");
        return parse("http" + text.substring(2));
    }

    /// @throws IllegalArgumentException if the text is not such an address; the message does not repeat it,
    ///     because it may be secret
    static HttpUrl parse(String text) {
        String lower = text.strip().toLowerCase(Locale.ROOT);
        if (!lower.startsWith("http://") && !lower.startsWith("https://"))
            throw new IllegalArgumentException("write it as https://shop.example/health");
        HttpUrl url = HttpUrl.parse(text);
        if (url == null)
            throw new IllegalArgumentException(
                    "its host or port is invalid: write it as https://shop.example:8443/health");
        if (!url.username().isEmpty() || !url.password().isEmpty())
            throw new IllegalArgumentException("write credentials as a header, not in the address");
        return url;
    }
}
