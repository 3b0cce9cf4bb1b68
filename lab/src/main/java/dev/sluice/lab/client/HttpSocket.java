package dev.sluice.lab.client;

import dev.sluice.wire.HttpHead;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// A connection of HTTP/1.1 that is kept alive: one request after the other (RFC 9112). Used by one thread.
final class HttpSocket implements AutoCloseable {
    private static final int BUFFER_BYTES = 16 << 10;

    private final Route route;
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    /// The status of an answer, and its body, which has to be read to its end before the next request.
    record Answer(int status, InputStream body) {}

    HttpSocket(Route route) throws IOException {
        this.route = route;
        socket = route.connect();
        in = new BufferedInputStream(route.in(socket), BUFFER_BYTES);
        out = socket.getOutputStream();
    }

    /// Sends a request without a body.
    Answer get(String target, Map<String, String> headers) throws IOException {
        return send("GET", target, headers, new byte[0]);
    }

    /// Sends a request.
    Answer send(String method, String target, Map<String, String> headers, byte[] body) throws IOException {
        var head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: " + route.authority() + "\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        if (body.length > 0) head.append("Content-Length: ").append(body.length).append("\r\n");
        head.append("\r\n");
        byte[] bytes = head.toString().getBytes(StandardCharsets.ISO_8859_1);
        var request = new byte[bytes.length + body.length];
        System.arraycopy(bytes, 0, request, 0, bytes.length);
        System.arraycopy(body, 0, request, bytes.length, body.length);
        route.metrics().request();
        route.send(out, request);
        var answer = HttpHead.read(in);
        return new Answer(answer.status(), answer.body(in));
    }

    /// Sends bytes of an upgraded connection, which two threads may do.
    synchronized void write(byte[] bytes) throws IOException {
        route.send(out, bytes);
    }

    @Override
    public void close() {
        route.close(socket);
    }
}
