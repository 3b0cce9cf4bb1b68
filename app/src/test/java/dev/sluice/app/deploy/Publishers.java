package dev.sluice.app.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.Publication;
import dev.sluice.client.SluiceClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/// Publishes to one channel in every way, through a proxy. Each event has a different text.
///
/// @param hub   the hub's address at the proxy, which ends with a slash
/// @param sent  the texts of all events published
record Publishers(HttpClient http, SluiceClient client, URI hub, String channel, ConcurrentLinkedQueue<String> sent) {
    private String text(String way, int number) {
        String text = way + " " + number;
        sent.add(text);
        return text;
    }

    private List<String> texts(String way, int count) {
        return IntStream.range(0, count).mapToObj(i -> text(way, i)).toList();
    }

    private URI uri(String path) {
        return hub.resolve(path);
    }

    /// One request. The client repeats it after a failure, with the same idempotency key.
    void one(int number) {
        client.publishLater(Publication.text(channel, text("one", number))).join();
    }

    void batch(String name, int count) throws InterruptedException {
        List<Publication> all = texts(name, count).stream()
                .map(each -> Publication.text(channel, each))
                .toList();
        assertThat(client.publishAll(all).count()).isEqualTo(count);
    }

    /// One request, whose body is written line by line.
    ///
    /// @param awaitArrived waits until this number of its lines has been delivered before the next one is
    ///                     written: nothing on the way collects the body
    void upload(int count, IntConsumer awaitArrived) throws IOException {
        var lines = new PipedOutputStream();
        var body = new PipedInputStream(lines);
        var request = HttpRequest.newBuilder(uri("channels/" + channel + "?split=line"))
                .POST(BodyPublishers.ofInputStream(() -> body))
                .build();
        CompletableFuture<HttpResponse<String>> answer = http.sendAsync(request, BodyHandlers.ofString());
        for (int i = 0; i < count; i++) {
            lines.write((text("upload", i) + "\n").getBytes(StandardCharsets.UTF_8));
            lines.flush();
            if (i < 5) awaitArrived.accept(i + 1);
        }
        lines.close();
        assertThat(answer.orTimeout(60, TimeUnit.SECONDS).join().statusCode()).isEqualTo(200);
    }

    void webSocket(int count) {
        URI uri = URI.create(
                "wss" + uri("channels/" + channel + "?envelope=raw").toString().substring("https".length()));
        WebSocket socket = http.newWebSocketBuilder()
                .buildAsync(uri, new WebSocket.Listener() {})
                .join();
        for (String each : texts("websocket", count))
            socket.sendText(each, true).join();
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
    }

    /// Server-Sent Events down, requests up.
    void session(int count) throws IOException, InterruptedException {
        var open = HttpRequest.newBuilder(uri("session"))
                .header("Accept", "text/event-stream")
                .build();
        HttpResponse<InputStream> stream = http.send(open, BodyHandlers.ofInputStream());
        try (var down = new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
            String welcome = lineWith(down, "\"welcome\"");
            String id = welcome.replaceFirst(".*\"session\":\"([^\"]+)\".*", "$1");
            var messages = new StringBuilder();
            for (String each : texts("session", count)) {
                messages.append("{\"op\":\"publish\",\"ref\":\"%s\",\"channel\":\"%s\",\"data\":\"%s\"}\n"
                        .formatted(each, channel, each));
            }
            var up = HttpRequest.newBuilder(uri("session/" + id))
                    .header("Content-Type", "application/x-ndjson")
                    .POST(BodyPublishers.ofString(messages.toString()))
                    .build();
            assertThat(http.send(up, BodyHandlers.ofString()).statusCode()).isEqualTo(204);
            for (int i = 0; i < count; i++) assertThat(lineWith(down, "\"op\"")).contains("\"ok\"");
        }
    }

    private static String lineWith(BufferedReader lines, String part) throws IOException {
        while (true) {
            String line = lines.readLine();
            if (line == null) throw new AssertionError("the stream ended before a line with " + part);
            if (line.contains(part)) return line;
        }
    }
}
