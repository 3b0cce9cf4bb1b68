package dev.sluice.demos.stage;

import dev.sluice.Request;
import dev.sluice.Sluice;
import dev.sluice.wire.HttpHead;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/// The demos of the user's own hub, as relayed to the page of one visitor.
final class RelayedHub implements Upstream, AutoCloseable {
    static final int CONNECTIONS_MAX = 8;
    private static final int CONNECT_TIME_MS = 5_000;

    /// The channels that the typewriter's page reads.
    private static final String ANSWERS = "/channels/typewriter/";

    private final Sluice hub;
    private final WireLog wire = new WireLog();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Semaphore room = new Semaphore(CONNECTIONS_MAX);
    private volatile boolean isClosed;

    RelayedHub(Sluice hub) {
        this.hub = hub;
    }

    /// Returns true if the hub answers plain HTTP on this machine. It does not if its port accepts only TLS
    /// or the PROXY protocol.
    ///
    /// @param readsAnswers whether callers without a key must also be able to read the answers of the
    ///                     typewriter
    boolean isReachable(boolean readsAnswers) {
        try {
            Socket socket = connect();
            try {
                socket.setSoTimeout(CONNECT_TIME_MS);
                String path = readsAnswers ? ANSWERS + UUID.randomUUID() + "?as=json" : "/livez";
                String head =
                        "GET " + path + " HTTP/1.1\r\nHost: localhost:" + port() + "\r\nConnection: close\r\n\r\n";
                socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
                return HttpHead.read(socket.getInputStream()).status() == 200;
            } finally {
                disconnect(socket);
            }
        } catch (IOException other) {
            return false;
        }
    }

    @Override
    public String path(String below) {
        return below.startsWith(ANSWERS) ? below : "/demos" + below;
    }

    @Override
    public String connection(Request page) {
        return page.path().contains(ANSWERS) ? "sse" : "demo";
    }

    @Override
    public int port() {
        return hub.port();
    }

    @Override
    public Socket connect() throws IOException {
        if (isClosed || !room.tryAcquire()) throw new IOException("the relay has ended or has no free connection");
        var socket = new Socket();
        sockets.add(socket);
        try {
            InetAddress host = InetAddress.getByName(hub.uri().getHost());
            InetAddress reached = host.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : host;
            socket.connect(new InetSocketAddress(reached, port()), CONNECT_TIME_MS);
        } catch (IOException | RuntimeException failed) {
            disconnect(socket);
            throw failed;
        }
        if (isClosed) disconnect(socket);
        return socket;
    }

    @Override
    public void disconnect(Socket socket) throws IOException {
        if (sockets.remove(socket)) room.release();
        socket.close();
    }

    @Override
    public void pace(int bytes) {}

    @Override
    public WireLog wire() {
        return wire;
    }

    @Override
    public void close() throws IOException {
        isClosed = true;
        for (Socket socket : sockets) disconnect(socket);
    }
}
