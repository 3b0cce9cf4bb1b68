package dev.sluice.spring.answers;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A provider of models with OpenAI's interface, whose answers the test writes.
final class Provider implements AutoCloseable {
    private static final int WAIT_SECONDS = 30;

    private final ServerSocket server;
    private final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    Provider() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    String url() {
        return "http://127.0.0.1:" + server.getLocalPort() + "/v1";
    }

    /// Waits for a call.
    Call call() throws InterruptedException {
        return Objects.requireNonNull(calls.poll(WAIT_SECONDS, TimeUnit.SECONDS), "nobody has called");
    }

    private void accept() {
        try {
            while (true) {
                var socket = server.accept();
                sockets.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException closed) {
            if (!server.isClosed()) throw new UncheckedIOException(closed);
        }
    }

    private void serve(Socket socket) {
        var closed = new CompletableFuture<Void>();
        try {
            var head = new ByteArrayOutputStream();
            var in = socket.getInputStream();
            while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                int next = in.read();
                if (next < 0) return;
                head.write(next);
            }
            calls.add(new Call(socket.getOutputStream(), socket, closed));
            in.transferTo(OutputStream.nullOutputStream());
        } catch (SocketException reset) {
            // Closed as well.
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } finally {
            closed.complete(null);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (var socket : sockets) socket.close();
    }

    /// @param closed completes when the caller has closed its connection
    record Call(OutputStream out, Socket socket, CompletableFuture<Void> closed) {
        void begin() throws IOException {
            write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n");
        }

        void refuse(String body) throws IOException {
            write("HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n" + body);
            socket.shutdownOutput();
        }

        /// Sends a token as one byte after the other.
        void token(String text) throws IOException {
            for (var each : chunk("{\"content\":\"" + text + "\"}", "null").getBytes(StandardCharsets.UTF_8)) {
                out.write(each);
                out.flush();
            }
        }

        /// Sends the end, with the usage after it.
        void finish() throws IOException {
            write(chunk("{}", "\"stop\""));
            write("""
                    data: {"id":"1","object":"chat.completion.chunk","created":1,"model":"m","choices":[],\
                    "usage":{"prompt_tokens":7,"completion_tokens":3,"total_tokens":10}}

                    data: [DONE]

                    """);
            socket.shutdownOutput();
        }

        void cut() throws IOException {
            socket.shutdownOutput();
        }

        boolean isClosed() throws Exception {
            closed.get(WAIT_SECONDS, TimeUnit.SECONDS);
            return true;
        }

        private static String chunk(String delta, String reason) {
            return """
                    data: {"id":"1","object":"chat.completion.chunk","created":1,"model":"m",\
                    "choices":[{"index":0,"delta":%s,"finish_reason":%s}]}

                    """.formatted(delta, reason);
        }

        private void write(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        }
    }
}
