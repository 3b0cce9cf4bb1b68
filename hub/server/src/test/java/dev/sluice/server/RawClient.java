package dev.sluice.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// A client on a plain socket: sends given bytes, and waits for received ones with a deadline.
public final class RawClient implements AutoCloseable {
    private final Socket socket;
    private final ByteArrayOutputStream seen = new ByteArrayOutputStream();

    /// @param server with TLS, too
    public RawClient(TestServer server) {
        this(connect(server));
    }

    private static Socket connect(TestServer server) {
        int port = server.server().uri().getPort();
        return server.isSecure() ? Secure.socket(port, "http/1.1") : plain(port, "127.0.0.1");
    }

    public RawClient(int port) {
        this(port, "127.0.0.1");
    }

    /// @param from the client's address, one of this machine's
    public RawClient(int port, String from) {
        this(plain(port, from));
    }

    /// @param socket connected, and past its TLS handshake
    public RawClient(Socket socket) {
        this.socket = socket;
    }

    private static Socket plain(int port, String from) {
        try {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), port, InetAddress.getByName(from), 0);
            socket.setSoTimeout((int) TestServer.PATIENCE.toMillis());
            return socket;
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    public RawClient send(String text) {
        return send(text.getBytes(StandardCharsets.UTF_8));
    }

    public RawClient send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            return this;
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    /// Sends a GET for a path, and keeps the connection open.
    public RawClient get(String path, String... headerLines) {
        StringBuilder request = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n");
        for (String line : headerLines) request.append(line).append("\r\n");
        return send(request.append("\r\n").toString());
    }

    /// Reads until this text, and returns everything up to its end. The bytes after it are left for the next call.
    public String until(String text) {
        try {
            InputStream in = socket.getInputStream();
            byte[] end = text.getBytes(StandardCharsets.UTF_8);
            seen.reset();
            long deadline = deadline();
            while (!endsWith(end)) {
                int next = in.read();
                expectBefore(deadline, "'" + text + "'");
                if (next < 0)
                    throw new AssertionError("the connection ended before '" + text + "' came, after: " + seen());
                seen.write(next);
            }
            return seen();
        } catch (IOException failed) {
            throw new AssertionError("waiting for '" + text + "', after: " + seen(), failed);
        }
    }

    /// Returns true if there are no unread bytes at this moment.
    public boolean hasNothing() {
        try {
            return socket.getInputStream().available() == 0;
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    /// Reads to the end of the stream.
    public String rest() {
        try {
            seen.reset();
            long deadline = deadline();
            byte[] part = new byte[8 * 1024];
            for (int count; (count = socket.getInputStream().read(part)) >= 0; ) {
                seen.write(part, 0, count);
                expectBefore(deadline, "the end");
            }
            return seen();
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    private static long deadline() {
        return System.nanoTime() + TestServer.PATIENCE.toNanos();
    }

    /// A stream with heartbeats never lets a read time out.
    private void expectBefore(long deadline, String what) {
        if (System.nanoTime() < deadline) return;
        String all = seen();
        throw new AssertionError(
                "waiting for " + what + ", the last was: " + all.substring(Math.max(0, all.length() - 1000)));
    }

    public Socket socket() {
        return socket;
    }

    private boolean endsWith(byte[] end) {
        byte[] all = seen.toByteArray();
        if (all.length < end.length) return false;
        for (int i = 0; i < end.length; i++) if (all[all.length - end.length + i] != end[i]) return false;
        return true;
    }

    private String seen() {
        return seen.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }
}
