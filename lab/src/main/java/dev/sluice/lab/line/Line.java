package dev.sluice.lab.line;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// The line between the clients of one lane and the hub: a TCP relay with a port of its own. Its counts are those of
/// the clients' sockets, headers, frames and encryption included; what TCP and IP add is not. It can be cut,
/// unplugged, slowed down, and made to hold back streams as some proxies do. Safe for use by many threads.
public final class Line implements AutoCloseable {
    /// At most so many connections are open; further ones are closed at once.
    private static final int CONNECTIONS_MAX = 20_000;

    private static final int BACKLOG = 1_024;

    private final ServerSocket server;
    private final InetSocketAddress hub;
    private final Set<LineConnection> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong connections = new AtomicLong();
    private final AtomicLong up = new AtomicLong();
    private final AtomicLong down = new AtomicLong();
    final Trouble trouble = new Trouble();

    private Line(ServerSocket server, InetSocketAddress hub) {
        this.server = server;
        this.hub = hub;
    }

    /// Opens a line to a hub, on a free port of this address.
    ///
    /// @throws IOException if it can't listen
    public static Line open(String host, InetSocketAddress hub) throws IOException {
        var server = new ServerSocket();
        server.bind(new InetSocketAddress(host, 0), BACKLOG);
        var line = new Line(server, hub);
        Thread.ofVirtual().name("sluice-lab-line").start(line::accept);
        return line;
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    public LineCount count() {
        return new LineCount(connections.get(), up.get(), down.get());
    }

    /// Returns the number of connections that are open.
    public int connections() {
        return open.size();
    }

    /// The trouble of the line, on purpose.
    public Trouble trouble() {
        return trouble;
    }

    /// Resets all connections, and each further one, until [#mend].
    public void cut() {
        trouble.cut(true);
        for (var each : open) each.reset();
    }

    /// Ends a cut.
    public void mend() {
        trouble.cut(false);
    }

    private void accept() {
        while (true) {
            Socket client;
            try {
                client = server.accept();
            } catch (SocketException closed) {
                return; // The only way out of accept: see close.
            } catch (IOException failed) {
                System.getLogger(Line.class.getName())
                        .log(
                                System.Logger.Level.WARNING,
                                "a line of the lab ends port=" + server.getLocalPort(),
                                failed);
                return;
            }
            Thread.ofVirtual().name("sluice-lab-relay").start(() -> relay(client));
        }
    }

    private void relay(Socket client) {
        var connection = new LineConnection(client, this);
        if (trouble.isCut() || open.size() >= CONNECTIONS_MAX) {
            connection.reset();
            return;
        }
        connections.incrementAndGet();
        open.add(connection);
        try {
            connection.run(hub);
        } finally {
            open.remove(connection);
        }
    }

    void countUp(int bytes) {
        up.addAndGet(bytes);
    }

    void countDown(int bytes) {
        down.addAndGet(bytes);
    }

    /// Stops listening, and closes all connections.
    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        trouble.end();
        for (var each : open) each.reset();
    }
}
