package dev.sluice.bench.hostile;

import dev.sluice.wire.Http2Frame;
import dev.sluice.wire.HttpHead;
import dev.sluice.wire.WebSocketFrame;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/// A client with one connection at a time, from an address of its own. Used by one thread.
final class HostileClient implements AutoCloseable {
    private static final int TIMEOUT_MS = 20_000;
    private static final int RECEIVE_BYTES = 4 << 10;
    private static final int ADDRESSES = 250;

    /// Where the hub is, and what it believes.
    ///
    /// @param token a valid one
    record Victim(int plainPort, int tlsPort, SSLSocketFactory tls, String token) {}

    private final Victim victim;
    private final int number;
    private Socket socket = new Socket();

    HostileClient(Victim victim, int number) {
        this.victim = victim;
        this.number = number;
    }

    int number() {
        return number;
    }

    /// Connects without TLS.
    HostileClient connect() throws IOException {
        return connect(victim.plainPort);
    }

    /// Connects to the port of TLS, and sends nothing.
    HostileClient connectToTls() throws IOException {
        return connect(victim.tlsPort);
    }

    private HostileClient connect(int port) throws IOException {
        close();
        socket = new Socket();
        socket.setReceiveBufferSize(RECEIVE_BYTES);
        socket.setSoTimeout(TIMEOUT_MS);
        socket.setTcpNoDelay(true);
        // Loopback has more addresses than one: limits by address see as many clients.
        int host = number % ADDRESSES + 2;
        socket.bind(new InetSocketAddress("127.0." + (1 + number / ADDRESSES) + "." + host, 0));
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MS);
        return this;
    }

    /// Connects with TLS, and completes the handshake.
    HostileClient handshake(String protocol) throws IOException {
        connect(victim.tlsPort);
        var encrypted = (SSLSocket) victim.tls.createSocket(socket, "127.0.0.1", victim.tlsPort, true);
        socket = encrypted;
        var parameters = encrypted.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {protocol});
        encrypted.setSSLParameters(parameters);
        encrypted.startHandshake();
        return this;
    }

    /// Connects over HTTP/2.
    ///
    /// @param windowBytes of each stream
    HostileClient http2(int windowBytes) throws IOException {
        handshake("h2");
        return send(Http2Frame.PREFACE).send(Http2.settings(windowBytes));
    }

    /// Opens a WebSocket without TLS.
    HostileClient upgrade(String path, String headers) throws IOException {
        connect()
                .request(
                        "GET",
                        path,
                        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" + headers);
        if (status() != 101) throw new IOException("no WebSocket");
        return this;
    }

    HostileClient request(String method, String path, String headers) throws IOException {
        return send(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n");
    }

    HostileClient send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.US_ASCII));
    }

    HostileClient send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    /// Sends a frame of a WebSocket, masked with zeros.
    ///
    /// @param first its first byte: FIN, reserved bits, opcode
    HostileClient frame(int first, byte[] payload) throws IOException {
        return send(WebSocketFrame.plain(first, payload).bytes());
    }

    /// The header with which a valid token is shown.
    String authorization() {
        return "Authorization: Bearer " + victim.token + "\r\n";
    }

    /// Reads the head of an answer. Returns its status.
    int status() throws IOException {
        return HttpHead.read(socket.getInputStream()).status();
    }

    /// Reads this many bytes, or fewer if the hub ends the connection or sends nothing for a while.
    void read(int bytes) throws IOException {
        socket.getInputStream().readNBytes(bytes);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
