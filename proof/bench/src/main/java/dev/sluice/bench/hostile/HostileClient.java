package dev.sluice.bench.hostile;

import dev.sluice.wire.Http2Frame;
import dev.sluice.wire.HttpHead;
import dev.sluice.wire.WebSocketFrame;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/// A client with one connection at a time, which sends any bytes over HTTP/1.1, HTTP/2 and WebSocket. Used by
/// one thread.
final class HostileClient implements AutoCloseable {
    private static final int TIMEOUT_MS = 20_000;
    private static final int RECEIVE_BYTES = 4 << 10;
    private static final int ADDRESSES = 250;

    /// The hub under attack, and the authority of its certificate.
    ///
    /// @param token a valid token
    record Victim(int plainPort, int tlsPort, SSLSocketFactory tls, String token) {}

    /// A response: its status, and its whole body.
    record Answer(int status, String body) {}

    private final Victim victim;
    private final int number;
    private final String address;
    private Socket socket = new Socket();
    private InputStream in = InputStream.nullInputStream();
    private boolean isWebSocket;
    private boolean isReusable;

    private HostileClient(Victim victim, int number, String address) {
        this.victim = victim;
        this.number = number;
        this.address = address;
    }

    /// A client with its own address. Loopback has many addresses, so that limits by address apply to each
    /// client.
    static HostileClient elsewhere(Victim victim, int number) {
        return new HostileClient(victim, number, "127.0." + (1 + number / ADDRESSES) + "." + (number % ADDRESSES + 2));
    }

    /// A client with the common address of loopback.
    static HostileClient here(Victim victim) {
        return new HostileClient(victim, 0, "127.0.0.1");
    }

    int number() {
        return number;
    }

    /// Connects without TLS.
    HostileClient connect() throws IOException {
        return connect(victim.plainPort);
    }

    /// Connects to the TLS port, and sends nothing.
    HostileClient connectToTls() throws IOException {
        return connect(victim.tlsPort);
    }

    private HostileClient connect(int port) throws IOException {
        close();
        socket = new Socket();
        socket.setReceiveBufferSize(RECEIVE_BYTES);
        socket.setSoTimeout(TIMEOUT_MS);
        socket.setTcpNoDelay(true);
        socket.bind(new InetSocketAddress(address, 0));
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MS);
        in = new BufferedInputStream(socket.getInputStream());
        isWebSocket = false;
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
        in = new BufferedInputStream(encrypted.getInputStream());
        return this;
    }

    /// Connects over HTTP/2.
    ///
    /// @param windowBytes the window of each stream
    HostileClient http2(int windowBytes) throws IOException {
        return handshake("h2")
                .send(Http2Frame.PREFACE)
                .send(Http2Frame.settings(Http2Frame.INITIAL_WINDOW_SIZE, windowBytes));
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
        isWebSocket = true;
        return this;
    }

    HostileClient request(String method, String path, String headers) throws IOException {
        return send(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n");
    }

    Answer post(String path, String headers, String body) throws IOException {
        return request("POST", path, headers + "Content-Length: " + body.length() + "\r\n")
                .send(body)
                .answer();
    }

    HostileClient send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.US_ASCII));
    }

    HostileClient send(Http2Frame frame) throws IOException {
        return send(frame.bytes());
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

    /// Sends a message over a WebSocket, and reads the next one.
    String exchange(String message) throws IOException {
        return frame(0x81, message.getBytes(StandardCharsets.US_ASCII)).message();
    }

    /// Reads the next message of a WebSocket, or the reason of its end.
    String message() throws IOException {
        var frame = WebSocketFrame.read(in);
        var payload = new String(frame.payload(), StandardCharsets.UTF_8);
        return frame.opcode() == WebSocketFrame.CLOSE
                ? "closed: " + payload.substring(Math.min(2, payload.length()))
                : payload;
    }

    /// The header with a valid token.
    String authorization() {
        return "Authorization: Bearer " + victim.token + "\r\n";
    }

    /// Reads the head of a response. Returns its status.
    int status() throws IOException {
        return HttpHead.read(in).status();
    }

    /// Reads a response. The body of one without a length is an endless stream, and stays unread.
    Answer answer() throws IOException {
        var head = HttpHead.read(in);
        var body = in.readNBytes((int) Math.max(0, head.contentLength()));
        return new Answer(head.status(), new String(body, StandardCharsets.UTF_8));
    }

    /// Reads a response to its end, which is the end of the connection if it has no length. Returns its status.
    int skipAnswer() throws IOException {
        var head = HttpHead.read(in);
        isReusable = head.contentLength() >= 0;
        head.body(in).transferTo(OutputStream.nullOutputStream());
        return head.status();
    }

    /// Returns true if the connection stays open after the last skipped response.
    boolean isReusable() {
        return isReusable;
    }

    /// Reads the reaction to an unfinished request: a response, or a close frame.
    String reaction() throws IOException {
        return isWebSocket ? message() : answer().toString();
    }

    boolean hasNothing() throws IOException {
        return in.available() == 0;
    }

    /// Reads until the hub ends the connection.
    String rest() throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }

    /// Reads this many bytes, or fewer if the hub ends the connection or sends nothing for a while.
    void read(int bytes) throws IOException {
        in.readNBytes(bytes);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
