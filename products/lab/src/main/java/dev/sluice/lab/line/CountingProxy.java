package dev.sluice.lab.line;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// A line: a TCP proxy on its own port between the clients of one lane and the hub. It counts the bytes at
/// the clients' sockets, including headers, frames and encryption, but not what TCP and IP add. It can cut,
/// unplug or slow down its connections, or hold back streams as some proxies do. Safe for use by many
/// threads.
public final class CountingProxy implements AutoCloseable {
    /// The maximum number of open connections; further ones are closed at once.
    private static final int CONNECTIONS_MAX = 20_000;

    private static final int BACKLOG = 1_024;

    private final ServerSocket server;
    private final @Nullable InetAddress visitor;
    private final InetSocketAddress hub;
    private final Set<ProxyConnection> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong connections = new AtomicLong();
    private final AtomicLong up = new AtomicLong();
    private final AtomicLong down = new AtomicLong();
    final ProxyFault fault = new ProxyFault();

    private CountingProxy(ServerSocket server, InetSocketAddress hub, @Nullable InetAddress visitor) {
        this.server = server;
        this.visitor = visitor;
        this.hub = hub;
    }

    /// Opens a line to a hub on a free port of the given address.
    ///
    /// @throws IOException if the line can't listen there
    public static CountingProxy open(String host, InetSocketAddress hub) throws IOException {
        return open(host, hub, null);
    }

    /// Opens a line for clients of one address only; connections from other addresses are reset at once.
    ///
    /// @param visitor null if all addresses may connect
    /// @throws IOException if the line can't listen there
    public static CountingProxy open(String host, InetSocketAddress hub, @Nullable InetAddress visitor)
            throws IOException {
        var server = new ServerSocket();
        server.bind(new InetSocketAddress(host, 0), BACKLOG);
        var line = new CountingProxy(server, hub, visitor);
        Thread.ofVirtual().name("sluice-lab-line").start(line::accept);
        return line;
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    public ProxyCounts count() {
        return new ProxyCounts(connections.get(), up.get(), down.get());
    }

    /// Returns the number of connections that are open.
    public int connections() {
        return open.size();
    }

    /// Returns the switches for the simulated faults of this line.
    public ProxyFault fault() {
        return fault;
    }

    /// Unplugs the line, or plugs it in again. An unplugged line forwards nothing in either direction and
    /// closes no connection, like a pulled cable or a phone in a tunnel. The hub's data is then not
    /// acknowledged, except for the bytes that fit into the kernel's buffer.
    public void unplug(boolean is) {
        fault.unplug(is);
        for (var each : open) each.unplug(is);
    }

    /// Resets all connections, and each new one, until [#mend] is called.
    public void cut() {
        fault.cut(true);
        for (var each : open) each.reset();
    }

    /// Ends a cut.
    public void mend() {
        fault.cut(false);
    }

    private void accept() {
        while (true) {
            Socket client;
            try {
                client = server.accept();
            } catch (SocketException closed) {
                return; // close() closes the server socket, which is the only way out of accept().
            } catch (IOException failed) {
                System.getLogger(CountingProxy.class.getName())
                        .log(
                                System.Logger.Level.WARNING,
                                "a line of the lab has stopped accepting connections port=" + server.getLocalPort(),
                                failed);
                return;
            }
            Thread.ofVirtual().name("sluice-lab-relay").start(() -> relay(client));
        }
    }

    private void relay(Socket client) {
        var connection = new ProxyConnection(client, this);
        boolean isForeign = visitor != null && !visitor.equals(client.getInetAddress());
        if (isForeign || fault.isCut() || open.size() >= CONNECTIONS_MAX) {
            connection.reset();
            return;
        }
        connections.incrementAndGet();
        open.add(connection);
        try {
            // The line may have been closed or cut before this connection was in the set of open ones.
            if (server.isClosed() || fault.isCut()) connection.reset();
            else connection.run(hub);
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

    /// Stops listening and closes all connections.
    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        fault.end();
        for (var each : open) each.reset();
    }
}
