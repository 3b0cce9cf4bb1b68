package dev.sluice.cluster.tls;

import dev.sluice.core.thread.PeriodicTask;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/// Terminates TLS in front of the server for requests between nodes, which listens on loopback and accepts
/// only connections of this process ([#isOwn]). The JDK's HTTPS server is not used, because it resolves the
/// name of each connecting address before it answers: without a working resolver, nodes would never find each
/// other.
public final class TlsFront implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(TlsFront.class.getName());
    private static final int BACKLOG = 64;
    private static final Duration HANDSHAKE_MAX = Duration.ofSeconds(10);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(100);

    /// The maximum number of connections, several for each node of the largest cluster. Further ones are
    /// closed.
    private static final int CONNECTIONS_MAX = 512;

    private final SSLServerSocket listener;
    private final InetSocketAddress server;
    private final RefusalLog refusals;
    private final int connectionsMax;
    private final Semaphore room;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Set<SocketAddress> own = ConcurrentHashMap.newKeySet();

    private TlsFront(SSLServerSocket listener, InetSocketAddress server, RefusalLog refusals, int connectionsMax) {
        this.connectionsMax = connectionsMax;
        this.room = new Semaphore(connectionsMax);
        this.listener = listener;
        this.server = server;
        this.refusals = refusals;
    }

    /// @param server the server behind it, on loopback
    /// @throws IOException if the port can't be used
    public static TlsFront start(InetSocketAddress address, NodeTls tls, InetSocketAddress server) throws IOException {
        return start(address, tls, server, CONNECTIONS_MAX);
    }

    /// @param connectionsMax the maximum number of connections
    public static TlsFront start(InetSocketAddress address, NodeTls tls, InetSocketAddress server, int connectionsMax)
            throws IOException {
        SSLServerSocket listener = tls.listen(address, BACKLOG);
        var front = new TlsFront(listener, server, tls.refusals(), connectionsMax);
        Thread.ofVirtual().name("sluice-node-tls").start(front::acceptAll);
        return front;
    }

    /// Returns true if a connection to the server comes from this front, and not from another process of this
    /// machine.
    public boolean isOwn(InetSocketAddress from) {
        return own.contains(from);
    }

    private void acceptAll() {
        PeriodicTask.run(Duration.ZERO, refusals::notAccepted, this::accept);
    }

    private boolean accept() throws InterruptedException {
        try {
            SSLSocket socket = (SSLSocket) listener.accept();
            if (room.tryAcquire()) {
                Thread.ofVirtual().start(() -> serve(socket));
            } else {
                socket.close();
                refusals.notAccepted(new IOException(connectionsMax + " connections are open already"));
            }
        } catch (IOException failed) {
            if (listener.isClosed()) return false;
            refusals.notAccepted(failed);
            Thread.sleep(PAUSE_AFTER_FAILURE); // Without file descriptors, each attempt fails at once.
        }
        return true;
    }

    private void serve(SSLSocket socket) {
        open.add(socket);
        try (socket) {
            socket.setTcpNoDelay(true);
            handshake(socket);
            if (!listener.isClosed()) relay(socket);
        } catch (SSLException refused) {
            refusals.refused(socket.getInetAddress().getHostAddress(), refused);
        } catch (IOException gone) {
            LOG.log(System.Logger.Level.DEBUG, "a connection of a node ended: " + gone);
        } finally {
            open.remove(socket);
            room.release();
        }
    }

    /// A timeout of the socket would apply to each read, so that a stranger who sends a byte now and then
    /// could keep the connection.
    private static void handshake(SSLSocket socket) throws IOException {
        var isLate = new AtomicBoolean();
        Thread deadline = Thread.ofVirtual().start(() -> {
            try {
                Thread.sleep(HANDSHAKE_MAX);
                isLate.set(true);
                close(socket);
            } catch (InterruptedException _) {
                // The handshake is over.
            }
        });
        try {
            socket.startHandshake();
        } catch (IOException failed) {
            throw isLate.get() ? new SSLException("its handshake took too long") : failed;
        } finally {
            deadline.interrupt();
        }
    }

    private void relay(SSLSocket socket) throws IOException {
        try (var behind = new Socket()) {
            behind.bind(new InetSocketAddress(server.getAddress(), 0));
            SocketAddress address = behind.getLocalSocketAddress();
            own.add(address); // Must happen before the server sees the connection.
            try {
                behind.connect(server);
                behind.setTcpNoDelay(true);
                Thread answers = Thread.ofVirtual().start(() -> copy(behind, socket));
                copy(socket, behind);
                answers.join();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            } finally {
                own.remove(address);
            }
        }
    }

    /// Copies until one end closes, then closes both, as nodes do not close one direction alone.
    private static void copy(Socket from, Socket to) {
        try (from;
                to;
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        } catch (IOException ended) {
            LOG.log(System.Logger.Level.DEBUG, "a connection of a node ended: " + ended);
        }
    }

    @Override
    public void close() {
        close(listener);
        open.forEach(TlsFront::close);
    }

    private static void close(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception failed) {
            LOG.log(System.Logger.Level.DEBUG, "a socket did not close: " + failed);
        }
    }
}
