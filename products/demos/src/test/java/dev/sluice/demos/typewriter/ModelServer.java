package dev.sluice.demos.typewriter;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A scripted model server with OpenAI's API.
public final class ModelServer implements AutoCloseable {
    /// The reaction to a request.
    public interface Manner {
        void answer(Said said) throws IOException, InterruptedException;
    }

    /// A received request.
    record Asked(String authorization, String body) {}

    private final HttpServer server;
    private final BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();

    public ModelServer(Manner manner) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/v1/chat/completions", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            asked.add(new Asked(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")), body));
            try {
                manner.answer(new Said(exchange));
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
    }

    public Map<String, String> environment(String key) {
        return Map.of("SLUICE_MODEL_URL", url(), "SLUICE_MODEL", "small-1", "SLUICE_MODEL_KEY", key);
    }

    private String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1/chat/completions";
    }

    Asked asked() throws InterruptedException {
        Asked next = asked.poll(60, TimeUnit.SECONDS);
        if (next == null) throw new AssertionError("the model received no request");
        return next;
    }

    @Override
    public void close() {
        server.stop(0);
    }

    /// A response.
    public record Said(HttpExchange exchange) {
        public Said begin() throws IOException {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream; charset=utf-8");
            exchange.sendResponseHeaders(200, 0);
            return this;
        }

        public Said pieces(String... pieces) throws IOException {
            for (String piece : pieces) {
                String json = piece.replace("\"", "\\\"").replace("\n", "\\n");
                line("{\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":"
                        + "{\"content\":\"" + json + "\"},\"finish_reason\":null}]}");
            }
            return this;
        }

        Said line(String data) throws IOException {
            return raw("data: " + data + "\n\n");
        }

        public Said raw(String text) throws IOException {
            OutputStream out = exchange.getResponseBody();
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
            return this;
        }

        /// Ends the response properly.
        public void done() throws IOException {
            line("{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}");
            line("{\"choices\":[],\"usage\":{\"total_tokens\":7}}");
            line("[DONE]");
            exchange.close();
        }

        void refuse(int status, String body) throws IOException {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        }
    }
}
