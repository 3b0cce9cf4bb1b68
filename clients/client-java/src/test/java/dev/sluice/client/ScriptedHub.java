package dev.sluice.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Answers each request with the next script, which controls every byte. {@link #close} fails the test if a script was
 * not used or a request had no script.
 */
final class ScriptedHub implements AutoCloseable {
    /** A request of a client. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Request(String method, String target, Map<String, String> headers, byte[] body) {
        String header(String name) {
            return headers.get(name.toLowerCase(Locale.ROOT));
        }

        String text() {
            return new String(body, UTF_8);
        }
    }

    /** The hub's reaction to a request. */
    interface Script {
        void run(Request request, Connection connection) throws IOException, InterruptedException;
    }

    private final ServerSocket server;
    private final Queue<Script> scripts = new ConcurrentLinkedQueue<>();
    private final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private volatile Script always;

    ScriptedHub() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    /** Adds the script for the next request that has none yet. */
    ScriptedHub then(Script script) {
        scripts.add(script);
        return this;
    }

    /** Sets the script for all requests without a script of their own. */
    ScriptedHub always(Script script) {
        always = script;
        return this;
    }

    Request nextRequest() throws InterruptedException {
        var request = requests.poll(60, TimeUnit.SECONDS);
        if (request == null) throw new AssertionError("no request arrived; failures: " + failures);
        return request;
    }

    private static void start(Runnable work) {
        var thread = new Thread(work, "scripted-hub");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                var socket = server.accept();
                sockets.add(socket);
                start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            var connection = new Connection(socket, new BufferedInputStream(socket.getInputStream()));
            while (!socket.isClosed()) {
                var request = read(connection.in);
                if (request == null) return;
                var script = scripts.poll();
                if (script == null) script = always;
                if (script == null) throw new AssertionError("no script for " + request);
                requests.add(request);
                script.run(request, connection);
                if (request.header("upgrade") != null && !socket.isClosed()) {
                    connection.untilClientLeaves(); // Frames follow, not requests.
                    return;
                }
            }
        } catch (IOException | InterruptedException gone) {
            // The client disconnected, or the script cut the connection: both are expected.
        } catch (RuntimeException | AssertionError reason) {
            failures.add(reason);
        } finally {
            sockets.remove(socket);
        }
    }

    private static Request read(InputStream in) throws IOException {
        var first = line(in);
        if (first.isEmpty()) return null;
        var parts = first.split(" ", -1);
        var headers = new TreeMap<String, String>();
        for (var line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        var body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
        return new Request(parts[0], parts[1], headers, body);
    }

    private static String line(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) if (b != '\r') line.write(b);
        return line.toString(ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (var socket : sockets) socket.close();
        if (!failures.isEmpty()) throw new AssertionError("the hub failed", failures.peek());
        if (!scripts.isEmpty()) throw new AssertionError(scripts.size() + " scripts were not used");
    }

    /** A connection for use by scripts. */
    static final class Connection {
        final Socket socket;
        final InputStream in;

        Connection(Socket socket, InputStream in) {
            this.socket = socket;
            this.in = in;
        }

        void send(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
        }

        void send(String text) throws IOException {
            send(text.getBytes(UTF_8));
        }

        /** Sends a complete answer. Its headers are separated by LF. */
        void answer(int status, String headers, String body) throws IOException {
            var bytes = body.getBytes(UTF_8);
            send("HTTP/1.1 " + status + " X\r\n" + (headers.isEmpty() ? "" : headers.replace("\n", "\r\n") + "\r\n")
                    + (status == 204 ? "\r\n" : "Content-Length: " + bytes.length + "\r\n\r\n" + body));
        }

        void json(String body) throws IOException {
            answer(200, "Content-Type: application/json", body);
        }

        /** Sends the headers of a stream, whose chunks follow. */
        void stream(String contentType, String headers) throws IOException {
            send("HTTP/1.1 200 OK\r\nContent-Type: " + contentType + "\r\nTransfer-Encoding: chunked\r\n" + headers
                    + "\r\n");
        }

        void sse(String body) throws IOException {
            stream("text/event-stream", "");
            chunk(body);
        }

        void chunk(String text) throws IOException {
            send(Integer.toHexString(text.getBytes(UTF_8).length) + "\r\n" + text + "\r\n");
        }

        void endOfBody() throws IOException {
            send("0\r\n\r\n");
        }

        void cut() throws IOException {
            socket.close();
        }

        /** Blocks until the client disconnects. */
        void untilClientLeaves() throws IOException {
            while (in.read() >= 0) Thread.onSpinWait();
        }
    }
}
