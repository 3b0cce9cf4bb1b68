package dev.sluice.lab.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/// The way from a client to its hub: opens sockets, and closes them all in the end.
///
/// @param address of the line
/// @param headers of its requests
/// @param tls     null: without TLS
public record Route(
        InetSocketAddress address,
        RequestHeaders headers,
        @Nullable SSLContext tls,
        LaneMetrics metrics,
        Set<Socket> open)
        implements AutoCloseable {
    private static final int CONNECT_MS_MAX = 10_000;
    private static final String[] PROTOCOLS = {"h2"};

    public static Route to(
            InetSocketAddress address, RequestHeaders headers, @Nullable SSLContext tls, LaneMetrics metrics) {
        return new Route(address, headers, tls, metrics, ConcurrentHashMap.newKeySet());
    }

    /// `HOST:PORT`, as in the header `Host`.
    String authority() {
        return address.getHostString() + ":" + address.getPort();
    }

    Socket connect() throws IOException {
        var socket = new Socket();
        open.add(socket);
        socket.setTcpNoDelay(true);
        socket.connect(address, CONNECT_MS_MAX);
        if (tls == null) return socket;
        var secure = (SSLSocket)
                tls.getSocketFactory().createSocket(socket, address.getHostString(), address.getPort(), true);
        var parameters = secure.getSSLParameters();
        parameters.setApplicationProtocols(PROTOCOLS);
        secure.setSSLParameters(parameters);
        secure.startHandshake();
        if (!secure.getApplicationProtocol().equals(PROTOCOLS[0]))
            throw new IOException("the hub does not speak HTTP/2");
        return secure;
    }

    /// Returns the bytes from the hub, counted if they were encrypted.
    InputStream in(Socket socket) throws IOException {
        return tls == null ? socket.getInputStream() : new CountedInput(socket.getInputStream(), metrics);
    }

    /// Sends bytes to the hub.
    void send(OutputStream out, byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
        if (tls != null) metrics.plainUp(bytes.length);
    }

    void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException failed) {
            // The socket is closed in any case.
        }
        open.remove(socket);
    }

    @Override
    public void close() {
        open.forEach(this::close);
    }
}
