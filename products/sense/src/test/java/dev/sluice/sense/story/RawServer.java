package dev.sluice.sense.story;

import dev.sluice.wire.HttpHead;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/// An HTTP/1.1 server that answers with the bytes given by a test and keeps its connections open. It records
/// the head of each request.
public final class RawServer implements AutoCloseable {
    private final ServerSocket accepting = new ServerSocket();
    private final List<Socket> connections = new CopyOnWriteArrayList<>();
    private final List<String> heads = new CopyOnWriteArrayList<>();
    private final Function<String, byte[]> answers;
    private final Thread acceptor;
    private final int port;
    private final Socket placeholder = new Socket();

    /// @param answers returns the answer to a head; empty to close the connection without one
    public RawServer(String address, int port, Function<String, byte[]> answers) throws IOException {
        this.answers = answers;
        accepting.setReuseAddress(true);
        accepting.bind(new InetSocketAddress(InetAddress.getByName(address), port));
        this.port = accepting.getLocalPort();
        acceptor = Thread.ofVirtual().start(this::accept);
    }

    public RawServer(Function<String, byte[]> answers) throws IOException {
        this("127.0.0.1", 0, answers);
    }

    public static RawServer of(String answer) throws IOException {
        return new RawServer(_ -> answer.getBytes(StandardCharsets.ISO_8859_1));
    }

    /// Returns a response with a body and its length.
    public static byte[] answer(String head, byte[] body) {
        byte[] first = ("HTTP/1.1 " + head + "\r\nContent-Length: " + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = new byte[first.length + body.length];
        System.arraycopy(first, 0, all, 0, first.length);
        System.arraycopy(body, 0, all, first.length, body.length);
        return all;
    }

    /// Returns the response to a head that requests a WebSocket (RFC 6455 §4.2.2).
    public static byte[] upgrade(String head) {
        String key = new HttpHead(head).field("Sec-WebSocket-Key");
        if (key == null) return answer("400 Bad Request", "");
        return ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                        + accept(key) + "\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String accept(String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1")
                    .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.ISO_8859_1));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }

    public static byte[] answer(String head, String body) {
        return answer(head, body.getBytes(StandardCharsets.UTF_8));
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = accepting.accept();
                connections.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException closed) {
            return;
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            while (true) {
                String head = head(socket.getInputStream());
                if (head.isEmpty()) return;
                heads.add(head);
                byte[] answer = answers.apply(head);
                if (answer.length == 0) return;
                socket.getOutputStream().write(answer);
                if (head.toLowerCase(java.util.Locale.ROOT).contains("connection: close")) return;
            }
        } catch (IOException closed) {
            return;
        }
    }

    private static String head(InputStream in) throws IOException {
        try {
            HttpHead head = HttpHead.read(in);
            in.skipNBytes(Math.max(0, head.contentLength()));
            return head.text();
        } catch (EOFException closed) {
            return "";
        }
    }

    /// Accepts no further connections; open ones stay. The port stays bound, so that no other server gets it.
    public void stopListening() throws IOException, InterruptedException {
        accepting.close();
        acceptor.join(); // A socket listens until its thread has left accept, which may be after close returns.
        placeholder.setReuseAddress(true);
        placeholder.bind(new InetSocketAddress(accepting.getInetAddress(), port));
    }

    public int port() {
        return port;
    }

    public String url(String path) {
        return "http://" + accepting.getInetAddress().getHostAddress() + ":" + port() + path;
    }

    /// Returns the heads of all requests so far.
    public List<String> heads() {
        return heads;
    }

    /// Returns the number of accepted connections.
    public int connections() {
        return connections.size();
    }

    @Override
    public void close() throws IOException {
        accepting.close();
        placeholder.close();
        for (Socket each : connections) each.close();
    }
}
