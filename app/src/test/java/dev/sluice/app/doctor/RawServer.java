package dev.sluice.app.doctor;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// A server on a plain socket that answers as a test has it, and until the client has enough.
final class RawServer implements AutoCloseable {
    /// Answers a request, and may write for ever: writing fails once the client is gone.
    interface Answer {
        /// @param target the target of the request line, empty if the client does not send HTTP
        void write(String target, OutputStream out) throws IOException, InterruptedException;
    }

    /// The first byte of a handshake (RFC 8446 §5.1).
    private static final int TLS_HANDSHAKE = 22;

    private final ServerSocket listener;
    private final Answer answer;
    private final AtomicInteger connections = new AtomicInteger();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Set<String> headers = ConcurrentHashMap.newKeySet();

    RawServer(Answer answer) throws IOException {
        this.answer = answer;
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    /// A whole answer.
    static byte[] http(String statusAndHeaders, String body) {
        return ("HTTP/1.1 " + statusAndHeaders + "\r\nContent-Length: " + body.getBytes(StandardCharsets.UTF_8).length
                        + "\r\nConnection: close\r\n\r\n" + body)
                .getBytes(StandardCharsets.UTF_8);
    }

    URI uri(String scheme) {
        return URI.create(scheme + "://127.0.0.1:" + listener.getLocalPort() + "/");
    }

    int connections() {
        return connections.get();
    }

    /// The header lines of all requests.
    Set<String> headers() {
        return headers;
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                connections.incrementAndGet();
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException closed) {
            // By the test.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            in.mark(1);
            if (in.read() == TLS_HANDSHAKE) {
                answer.write("", socket.getOutputStream());
                return;
            }
            in.reset();
            String[] line = ("" + in.readLine()).split(" ", -1);
            for (String head = in.readLine(); head != null && !head.isEmpty(); head = in.readLine()) headers.add(head);
            answer.write(line.length == 3 ? line[1] : "", socket.getOutputStream());
        } catch (IOException gone) {
            // The client has enough.
        } catch (InterruptedException never) {
            throw new AssertionError(never);
        } finally {
            open.remove(socket);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket each : open) each.close();
    }
}
