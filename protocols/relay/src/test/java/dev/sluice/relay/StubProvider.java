package dev.sluice.relay;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A provider that answers each call as its test says.
final class StubProvider implements AutoCloseable {
    /// A call of the model.
    interface Script {
        void answer(Call call) throws Exception;
    }

    static final String KEY = "sk-provider-secret";

    /// The bodies of the requests, in the order of their arrival.
    final List<String> requests = new CopyOnWriteArrayList<>();

    final List<String> keys = new CopyOnWriteArrayList<>();
    private final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();
    private final HttpServer server;

    StubProvider(Script script) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            try (exchange) {
                requests.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
                keys.add(exchange.getRequestHeaders()
                        .getFirst(
                                exchange.getRequestURI().getPath().endsWith("/messages")
                                        ? "x-api-key"
                                        : "Authorization"));
                var call = new Call(exchange);
                calls.add(call);
                try {
                    script.answer(call);
                } catch (Exception ended) {
                    call.ended.completeExceptionally(ended);
                }
                call.ended.complete(null);
            }
        });
        server.start();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /// Waits for the next call.
    Call next() throws InterruptedException {
        Call call = calls.poll(30, TimeUnit.SECONDS);
        if (call == null) throw new AssertionError("no call arrived");
        return call;
    }

    @Override
    public void close() {
        server.stop(0);
    }

    /// One call, and its answer.
    static final class Call {
        private final HttpExchange exchange;
        private final BlockingQueue<String> permits = new LinkedBlockingQueue<>();

        /// Completes when the script has returned, exceptionally if the relay has closed the connection.
        final CompletableFuture<Void> ended = new CompletableFuture<>();

        private Call(HttpExchange exchange) {
            this.exchange = exchange;
        }

        void stream() throws IOException {
            stream("text/event-stream; charset=utf-8");
        }

        void stream(String contentType) throws IOException {
            exchange.getResponseHeaders().set("Content-Type", contentType);
            exchange.sendResponseHeaders(200, 0);
        }

        void write(String text) throws IOException {
            write(text.getBytes(StandardCharsets.UTF_8));
        }

        void write(byte[] bytes) throws IOException {
            OutputStream out = exchange.getResponseBody();
            out.write(bytes);
            out.flush();
        }

        void refuse(int status, String body, String... header) throws IOException {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            for (int i = 0; i < header.length; i += 2)
                exchange.getResponseHeaders().set(header[i], header[i + 1]);
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }

        /// Sends a refusal and the beginning of its body.
        void refuseInPart(int status) throws IOException {
            exchange.sendResponseHeaders(status, 10);
            write("{\"e");
        }

        /// Waits until the test lets the script go on.
        void await() throws InterruptedException {
            if (permits.poll(30, TimeUnit.SECONDS) == null) throw new AssertionError("the test did not go on");
        }

        void goOn() {
            permits.add("");
        }

        /// Writes comments until the relay closes the connection, which a server learns by a failing write.
        void writeUntilClosed() throws Exception {
            for (int i = 0; i < 3_000; i++) {
                write(": waiting\n\n");
                // The interval at which the closed connection is looked for; nothing else tells a server.
                if (permits.poll(10, TimeUnit.MILLISECONDS) != null) return;
            }
        }
    }
}
