package dev.sluice.app.deploy;

import dev.sluice.server.Signal;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;

/// Reads a channel from its first event as raw text, over one connection: text has no cursor to resume from.
final class TextReader implements AutoCloseable {
    private final Signal signal = new Signal();
    private final StringBuilder text = new StringBuilder();
    private final Thread thread;

    TextReader(HttpClient http, URI channel) {
        var request = HttpRequest.newBuilder(URI.create(channel + "?as=text&after=earliest"))
                .build();
        thread = Thread.ofVirtual().start(() -> read(http, request));
    }

    private void read(HttpClient http, HttpRequest request) {
        byte[] part = new byte[8192];
        try (InputStream stream =
                http.send(request, BodyHandlers.ofInputStream()).body()) {
            for (int size = stream.read(part); size >= 0; size = stream.read(part)) {
                synchronized (signal) {
                    text.append(new String(part, 0, size, StandardCharsets.US_ASCII));
                    signal.changed();
                }
            }
        } catch (IOException | InterruptedException closed) {
            // By the test; otherwise await() reports what is missing.
        }
    }

    /// Waits until there are so many characters, and returns all that have come.
    String await(int count) {
        return signal.await(
                () -> text.length() < count ? null : text.toString(),
                () -> "the text has " + text.length() + " of " + count + " characters");
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
