package dev.sluice.demos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.TestServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A stream of events as raw text: its headers, then its blocks, separated by blank lines.
final class Events implements AutoCloseable {
    private static final String END = "the end";

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final HttpResponse<InputStream> response;
    private final LinkedBlockingQueue<String> blocks = new LinkedBlockingQueue<>();

    Events(URI uri) throws IOException, InterruptedException {
        response = http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofInputStream());
        Thread.ofVirtual().start(this::read);
    }

    private void read() {
        var block = new StringBuilder();
        try (var in = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                block.append(line).append('\n');
                if (line.isEmpty()) {
                    blocks.add(block.toString());
                    block.setLength(0);
                }
            }
            blocks.add(block + END);
        } catch (IOException cut) {
            blocks.add(block + "the connection was lost");
        }
    }

    HttpHeaders headers() {
        return response.headers();
    }

    /// Returns the next event with the blank line at its end.
    String next() throws InterruptedException {
        String block = blocks.poll(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        return block == null ? "nothing arrived" : block;
    }

    /// Returns the number of events that have arrived and have not been read.
    int waiting() {
        return blocks.size();
    }

    /// Expects the end of the response without unread events.
    void expectEnd() throws InterruptedException {
        assertThat(next()).isEqualTo(END);
    }

    /// Closes the connection.
    @Override
    public void close() throws IOException {
        response.body().close();
        http.shutdownNow();
    }
}
