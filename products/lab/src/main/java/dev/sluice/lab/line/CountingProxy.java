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

/// The line between the clients of one lane and the hub: a TCP relay with a port of its own. Its counts are those of
/// the clients' sockets, headers, frames and encryption included; what TCP and IP add is not. It can be cut,
/// unplugged, slowed down, and made to hold back streams as some proxies do. Safe for use by many threads.
public final class CountingProxy implements AutoCloseable {
    /// At most so many connections are open; further ones are closed at once.
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

    /// Opens a line to a hub, on a free port of this address.
    ///
    /// @throws IOException if it can't listen
    public static CountingProxy open(String host, InetSocketAddress hub) throws IOException {
        return open(host, hub, null);
    }

    /// Opens a line for the clients of one address only; those of others are reset at once.
    ///
    /// @param visitor null: all may connect
    /// @throws IOException if it can't listen
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

    /// The fault of the line, on purpose.
    public ProxyFault fault() {
        return fault;
    }

    /// Lets nothing pass in either direction, without closing anything, or ends that: a pulled cable, or a phone in a
    /// tunnel. The hub's data is not acknowledged meanwhile, except for what the kernel had room for.
    public void unplug(boolean is) {
        fault.unplug(is);
        for (var each : open) each.unplug(is);
    }

    /// Resets all connections, and each further one, until [#mend].
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
                return; // The only way out of accept: see close.
            } catch (IOException failed) {
                System.getLogger(CountingProxy.class.getName())
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
        var connection = new ProxyConnection(client, this);
        boolean isForeign = visitor != null && !visitor.equals(client.getInetAddress());
        if (isForeign || fault.isCut() || open.size() >= CONNECTIONS_MAX) {
            connection.reset();
            return;
        }
        connections.incrementAndGet();
        open.add(connection);
        try {
            // A line that is closed or cut meanwhile has missed this connection.
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

    /// Stops listening, and closes all connections.
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
