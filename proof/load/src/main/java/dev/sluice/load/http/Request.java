package dev.sluice.load.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/// A request of a reader or a publisher.
///
/// @param headers in the order of sending, without `Host` and `Content-Length`
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record Request(String method, String path, Map<String, String> headers, byte[] body) {
    private static final byte[] NO_BODY = {};

    public static Request get(String path, Map<String, String> headers) {
        return new Request("GET", path, headers, NO_BODY);
    }

    public static Request post(String path, Map<String, String> headers, byte[] body) {
        return new Request("POST", path, headers, body);
    }

    /// The handshake of a WebSocket. It names no subprotocol, because every server accepts that. The key is constant
    /// because the response is not checked.
    ///
    /// @param more headers
    public static Request upgrade(String path, Map<String, String> more) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Upgrade", "websocket");
        headers.put("Connection", "Upgrade");
        headers.put("Sec-WebSocket-Version", "13");
        headers.put("Sec-WebSocket-Key", "c2x1aWNlLWJlbmNoLTAwMQ==");
        headers.putAll(more);
        return get(path, headers);
    }

    /// The request line of HTTP/1.1.
    String line() {
        return method + " " + path + " HTTP/1.1";
    }

    /// The status of a successful response.
    int goodStatus() {
        if (headers.containsKey("Upgrade")) return 101;
        return method.equals("POST") ? 201 : 200;
    }

    /// Returns the bytes on a connection of HTTP/1.1.
    public byte[] bytes(String authority) {
        var head =
                new StringBuilder(line()).append("\r\nHost: ").append(authority).append("\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        if (body.length > 0) head.append("Content-Length: ").append(body.length).append("\r\n");
        var all = new ByteArrayOutputStream();
        all.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        all.writeBytes(body);
        return all.toByteArray();
    }
}
