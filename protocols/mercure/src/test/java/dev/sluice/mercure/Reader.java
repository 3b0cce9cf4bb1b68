package dev.sluice.mercure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.SseBlock;
import dev.sluice.wire.SseParser;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A subscriber: an event stream over a socket, as a browser's EventSource reads it.
final class Reader implements AutoCloseable {
    private static final int PATIENCE_S = 30;

    /// Stands for the end of the stream.
    private static final SseBlock END =
            new SseBlock(null, null, null, -1, java.util.List.of("end"), java.util.List.of());

    final HttpResponse<InputStream> response;
    private final BlockingQueue<SseBlock> blocks = new LinkedBlockingQueue<>();

    Reader(HttpClient client, URI uri, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(uri);
        if (headers.length > 0) request.headers(headers);
        response = client.send(request.build(), BodyHandlers.ofInputStream());
        Thread.startVirtualThread(this::read);
    }

    private void read() {
        var parser = new SseParser();
        byte[] buffer = new byte[8 << 10];
        try (InputStream body = response.body()) {
            for (int read; (read = body.read(buffer)) >= 0; ) parser.parse(buffer, 0, read, blocks::add);
        } catch (IOException closed) {
            // By the test, or by the hub: either way there is no more.
        } finally {
            blocks.add(END);
        }
    }

    int status() {
        return response.statusCode();
    }

    String header(String name) {
        return response.headers().firstValue(name).orElse("");
    }

    /// Waits for the next event, passing over comments.
    SseBlock next() throws InterruptedException {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        while (true) {
            SseBlock block = blocks.poll(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS);
            assertThat(block).as("an event within " + PATIENCE_S + " s").isNotNull();
            assertThat(block).as("the stream goes on").isNotSameAs(END);
            if (block.data() != null) return block;
        }
    }

    String data() throws InterruptedException {
        return next().data();
    }

    /// Waits for a comment.
    void awaitComment() throws InterruptedException {
        SseBlock block = blocks.poll(PATIENCE_S, TimeUnit.SECONDS);
        assertThat(block).isNotNull().isNotSameAs(END);
        assertThat(block.comments()).isNotEmpty();
    }

    /// Waits for the end of the stream, before which there is no further event.
    void awaitEnd() throws InterruptedException {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        while (true) {
            SseBlock block = blocks.poll(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS);
            assertThat(block).as("the end within " + PATIENCE_S + " s").isNotNull();
            if (block == END) return;
            assertThat(block.data()).as("an event before the end").isNull();
        }
    }

    @Override
    public void close() throws IOException {
        response.body().close();
    }
}
