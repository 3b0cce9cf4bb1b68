package dev.sluice.server.order;

import dev.sluice.server.TestServer;
import dev.sluice.wire.HttpHead;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One HTTP request and its answer over a bare socket (RFC 9112), byte by byte, so that it can be cut at any byte.
public final class RawHttpConnection {
    /// The body ended as specified; over HTTP/1.0 that can't be distinguished from a broken connection.
    static final int WHOLE = -1;

    /// The connection broke, or [#cutAfter] was reached.
    static final int CUT = -2;

    private final Socket socket = new Socket();
    private final byte[] buffer;
    private int at;
    private int filled;
    private long left = Long.MAX_VALUE;
    private boolean isHttp10;
    private boolean isDelimited;
    private InputStream body = InputStream.nullInputStream();

    private final InputStream in = new InputStream() {
        @Override
        public int read() throws IOException {
            return raw();
        }
    };

    /// @param receiveBytes the size of the kernel's receive buffer; 0 for the default
    public RawHttpConnection(URI hub, int receiveBytes) throws IOException {
        if (receiveBytes > 0) socket.setReceiveBufferSize(receiveBytes); // It only takes effect before connecting.
        buffer = new byte[receiveBytes > 0 ? 512 : 8192];
        socket.setSoTimeout((int) TestServer.PATIENCE.toMillis());
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), hub.getPort()));
    }

    public void get(String target, boolean http10, Map<String, String> fields) throws IOException {
        isHttp10 = http10;
        sendHead("GET " + target + (http10 ? " HTTP/1.0\r\n" : " HTTP/1.1\r\nHost: localhost\r\n"), fields);
    }

    /// Sends the head of a publish.
    void post(Publications.Request request) throws IOException {
        String begin = "POST " + request.target() + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: ";
        sendHead(begin + request.body().length + "\r\n", request.fields());
    }

    private void sendHead(String begin, Map<String, String> fields) throws IOException {
        StringBuilder head = new StringBuilder(begin);
        fields.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        send(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /// Reads the head; null if the connection broke before its end.
    public @Nullable HttpHead head() throws IOException {
        try {
            HttpHead head = HttpHead.read(in);
            if (head.status() < 0) throw new AssertionError("no status line: " + head);
            if (head.isChunked() && isHttp10) throw new AssertionError("chunks over HTTP/1.0");
            isDelimited = head.isChunked() || head.contentLength() >= 0;
            body = head.body(in);
            return head;
        } catch (EOFException broken) {
            return null;
        } catch (ProtocolException wrong) {
            throw new AssertionError(wrong);
        }
    }

    /// The next byte of the body, or [#WHOLE] or [#CUT].
    public int body() throws IOException {
        try {
            int next = body.read();
            if (next >= 0) return next;
            return isDelimited || (isHttp10 && left > 0) ? WHOLE : CUT;
        } catch (EOFException broken) {
            return CUT;
        } catch (ProtocolException wrong) {
            throw new AssertionError(wrong);
        }
    }

    /// The rest of a body that is not endless; null if the connection broke.
    @Nullable
    String rest() throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (int next = body(); next != WHOLE; next = body()) {
            if (next == CUT) return null;
            text.write(next);
        }
        return text.toString(StandardCharsets.UTF_8);
    }

    /// The next byte received; -1 at the end.
    private int raw() throws IOException {
        if (left == 0) {
            cut();
            return -1;
        }
        if (at == filled) {
            InputStream in = socket.getInputStream();
            at = 0;
            filled = Math.max(0, in.read(buffer, 0, (int) Math.min(left, buffer.length)));
            if (filled == 0) return -1;
        }
        left--;
        return buffer[at++] & 0xFF;
    }

    public void cutAfter(long bytes) {
        left = bytes;
    }

    public void cut() {
        try {
            left = 0;
            socket.close();
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    Socket socket() {
        return socket;
    }
}
