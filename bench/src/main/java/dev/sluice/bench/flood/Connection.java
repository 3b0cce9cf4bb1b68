package dev.sluice.bench.flood;

import dev.sluice.wire.HttpHead;
import dev.sluice.wire.WebSocketFrame;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// A connection to the hub that speaks HTTP and WebSocket.
final class Connection implements AutoCloseable {
    private static final int TIMEOUT_MS = 30_000;

    /// An answer: its status, and its whole body.
    record Answer(int status, String body) {}

    private final Socket socket;
    private final InputStream in;
    private boolean isWebSocket;
    private boolean isReusable = true;

    Connection(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(TIMEOUT_MS);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
    }

    Connection send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    Connection send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.UTF_8));
    }

    Connection get(String path, String headers) throws IOException {
        return send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n");
    }

    Answer post(String path, String headers, String body) throws IOException {
        send("POST " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "Content-Length: " + body.length()
                + "\r\n\r\n" + body);
        return answer();
    }

    /// Upgrades the connection to WebSocket.
    Connection upgrade(String path, String headers) throws IOException {
        get(
                path,
                "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" + headers);
        if (status() != 101) throw new IOException("no WebSocket");
        isWebSocket = true;
        return this;
    }

    /// Sends a frame, masked with zeros.
    ///
    /// @param first its first byte: FIN, reserved bits, opcode
    Connection frame(int first, byte[] payload) throws IOException {
        return send(WebSocketFrame.plain(first, payload).bytes());
    }

    /// The payload of the next frame.
    String frame() throws IOException {
        WebSocketFrame frame = WebSocketFrame.read(in);
        String payload = new String(frame.payload(), StandardCharsets.UTF_8);
        return frame.opcode() == WebSocketFrame.CLOSE
                ? "closed: " + payload.substring(Math.min(2, payload.length()))
                : payload;
    }

    /// Reads an answer's head and leaves its body.
    int status() throws IOException {
        return HttpHead.read(in).status();
    }

    Answer answer() throws IOException {
        HttpHead head = HttpHead.read(in);
        // Without a length it is an endless stream, which is left.
        byte[] body = in.readNBytes((int) Math.max(0, head.contentLength()));
        return new Answer(head.status(), new String(body, StandardCharsets.UTF_8));
    }

    /// Reads an answer to its end, which is the end of the connection if it has no length.
    ///
    /// @return its status
    int whole() throws IOException {
        HttpHead head = HttpHead.read(in);
        isReusable = head.contentLength() >= 0;
        head.body(in).transferTo(OutputStream.nullOutputStream());
        return head.status();
    }

    boolean isReusable() {
        return isReusable;
    }

    /// The next line, without its end.
    String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = read(); next != '\n'; next = read()) if (next != '\r') line.append((char) next);
        return line.toString();
    }

    /// Reads the hub's reaction to an unfinished request: an answer, or a close frame.
    String reaction() throws IOException {
        return isWebSocket ? frame() : answer().toString();
    }

    boolean hasNothing() throws IOException {
        return in.available() == 0;
    }

    private int read() throws IOException {
        int next = in.read();
        if (next < 0) throw new EOFException("the hub ended the connection");
        return next;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
