package dev.sluice.lab.client;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/// A connection of HTTP/1.1 that is kept alive: one request after the other (RFC 9112). Used by one thread.
final class HttpSocket implements AutoCloseable {
    private static final int BUFFER_BYTES = 16 << 10;
    private static final int HEAD_BYTES_MAX = 16 << 10;

    private final Route route;
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    /// The head of an answer, and its body, which has to be read to its end before the next request.
    record Answer(int status, String head, InputStream body) {}

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
        return answer();
    }

    private Answer answer() throws IOException {
        String head = head();
        String names = head.toLowerCase(Locale.ROOT);
        int status = Integer.parseInt(head.substring("HTTP/1.1 ".length(), "HTTP/1.1 ".length() + 3));
        return new Answer(status, head, body(status, names));
    }

    private InputStream body(int status, String names) {
        if (status == 101) return in;
        if (names.contains("\r\ntransfer-encoding: chunked")) return new ChunkedInput(in);
        int at = names.indexOf("\r\ncontent-length: ");
        if (at < 0) return new BoundedInput(in, status == 204 || status == 304 ? 0 : Long.MAX_VALUE);
        int from = at + "\r\ncontent-length: ".length();
        return new BoundedInput(
                in,
                Long.parseLong(
                        names.substring(from, names.indexOf("\r\n", from)).strip()));
    }

    private String head() throws IOException {
        var head = new ByteArrayOutputStream();
        int line = 0;
        while (true) {
            int read = in.read();
            if (read < 0) throw new EOFException("the connection ended before the answer");
            head.write(read);
            if (head.size() > HEAD_BYTES_MAX) throw new IOException("the head of an answer is longer than 16 KiB");
            if (read == '\n' && line <= 1) return head.toString(StandardCharsets.ISO_8859_1);
            line = read == '\n' ? 0 : line + 1;
        }
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
