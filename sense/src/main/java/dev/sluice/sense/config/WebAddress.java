package dev.sluice.sense.config;

import java.net.URI;

/// Addresses of web applications.
final class WebAddress {
    private WebAddress() {}

    /// Reads the address of a WebSocket.
    ///
    /// @throws IllegalArgumentException as [#parse]
    static URI parseSocket(String text) {
        if (!text.startsWith("ws://") && !text.startsWith("wss://"))
            throw new IllegalArgumentException("write it as wss://shop.example/socket");
        return URI.create("ws" + parse("http" + text.substring(2)).toString().substring(4));
    }

    /// @throws IllegalArgumentException if it is not such an address; the message does not repeat it, as it may be
    /// secret
    static URI parse(String text) {
        URI uri;
        try {
            uri = URI.create(text);
        } catch (IllegalArgumentException invalid) {
            throw new IllegalArgumentException("write it as https://shop.example/health", invalid);
        }
        boolean isHttp = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
        if (!isHttp || uri.getHost() == null)
            throw new IllegalArgumentException("write it as https://shop.example/health");
        if (uri.getUserInfo() != null)
            throw new IllegalArgumentException("write credentials as a header, not in the address");
        return uri;
    }
}
