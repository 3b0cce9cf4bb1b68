package dev.sluice.bench.hostile;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;

/// Streams of one user, all with the same token, read by one thread until the hub ends them.
final class Crowd implements AutoCloseable {
    /// Connections being opened at a time, fewer than a listening socket's backlog.
    private static final int OPENING_MAX = 64;

    private static final long SELECT_MS = 50;

    private final Selector selector = Selector.open();
    private final ByteBuffer buffer = ByteBuffer.allocate(16 << 10);
    private final InetSocketAddress hub;
    private final byte[] request;
    private int begun;
    private int open;
    private int ended;
    private int revoked;
    private long lastEndNs;

    Crowd(int port, String token) throws IOException {
        hub = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        request =
                ("GET /channels/crowd HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\nAuthorization: Bearer "
                                + token + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII);
    }

    /// Opens streams until this many have begun.
    void open(int streams) throws IOException {
        while (open < streams) {
            while (begun < streams && begun - open < OPENING_MAX) connect();
            selector.select(this::ready, SELECT_MS);
        }
    }

    /// Reads until the condition is true.
    void read(BooleanSupplier isOver) throws IOException {
        while (!isOver.getAsBoolean()) selector.select(this::ready, SELECT_MS);
    }

    private void connect() throws IOException {
        var socket = SocketChannel.open();
        socket.configureBlocking(false);
        begun++;
        boolean isConnected = socket.connect(hub);
        socket.register(selector, isConnected ? SelectionKey.OP_WRITE : SelectionKey.OP_CONNECT, false);
    }

    private void ready(SelectionKey key) {
        var socket = (SocketChannel) key.channel();
        try {
            if (key.isReadable()) {
                read(key, socket);
                return;
            }
            if (key.isConnectable()) socket.finishConnect();
            socket.write(ByteBuffer.wrap(request));
            key.interestOps(SelectionKey.OP_READ);
        } catch (IOException reason) {
            throw new IllegalStateException("a stream was cut", reason);
        }
    }

    private void read(SelectionKey key, SocketChannel socket) throws IOException {
        int count = socket.read(buffer.clear());
        if (count < 0) {
            socket.close();
            ended++;
            lastEndNs = System.nanoTime();
            return;
        }
        if (count == 0) return;
        var text = new String(buffer.array(), 0, count, StandardCharsets.US_ASCII);
        if (key.attachment().equals(false)) {
            if (!text.startsWith("HTTP/1.1 200 ")) throw new IllegalStateException("refused: " + text);
            key.attach(true);
            open++;
        }
        if (text.contains("/problems/revoked")) revoked++;
    }

    int ended() {
        return ended;
    }

    /// Streams whose last word was that their token is revoked.
    int revoked() {
        return revoked;
    }

    /// When the last stream ended, by [System#nanoTime].
    long lastEndNs() {
        return lastEndNs;
    }

    @Override
    public void close() throws IOException {
        for (var key : selector.keys()) key.channel().close();
        selector.close();
    }
}
