package dev.sluice.packaging;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// A running instance of a sample of Spring Boot.
final class SampleApplication implements AutoCloseable {
    private static final Pattern STARTED = Pattern.compile("(?:Tomcat|Netty) started on port (\\d+)");
    private static final int STOP_SECONDS_MAX = 60;

    /// One client of the instance's stream.
    static final class Stream implements AutoCloseable {
        private final InputStream body;
        private final BufferedReader lines;
        private String lastEventId;

        private Stream(InputStream body, String lastEventId) {
            this.body = body;
            this.lastEventId = lastEventId;
            lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
        }

        String lastEventId() {
            return lastEventId;
        }

        /// Reads up to the first id: the stream is open, and its place is known.
        Stream awaitPosition() throws IOException {
            while (lastEventId.isEmpty()) read();
            return this;
        }

        /// Returns the data of the next event.
        String next() throws IOException {
            while (true) {
                String line = read();
                if (line.startsWith("data:")) return line.substring("data:".length());
            }
        }

        private String read() throws IOException {
            String line = lines.readLine();
            if (line == null) throw new EOFException("the stream ended");
            if (line.startsWith("id:")) lastEventId = line.substring("id:".length());
            return line;
        }

        @Override
        public void close() throws IOException {
            body.close();
        }
    }

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final List<String> output = Collections.synchronizedList(new ArrayList<>());
    private final URI uri;

    private SampleApplication(Process process) throws IOException {
        this.process = process;
        BufferedReader log = process.inputReader();
        int port = 0;
        while (port == 0) {
            String line = log.readLine();
            if (line == null) throw new AssertionError("It did not start: " + String.join("\n", output));
            output.add(line);
            var started = STARTED.matcher(line);
            if (started.find()) port = Integer.parseInt(started.group(1));
        }
        uri = URI.create("http://localhost:" + port);
        Thread.ofVirtual().start(() -> log.lines().forEach(output::add)); // Else a full pipe would stop it.
    }

    /// @param properties as arguments of the program, without the two hyphens
    static SampleApplication start(Path jar, Path folder, String... properties) throws IOException {
        List<String> words = new ArrayList<>(
                List.of(System.getProperty("java.home") + "/bin/java", "-jar", jar.toString(), "--server.port=0"));
        for (String each : properties) words.add("--" + each);
        Process process = new ProcessBuilder(words)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        try {
            return new SampleApplication(process);
        } catch (IOException | Error failure) {
            process.destroyForcibly();
            throw failure;
        }
    }

    /// Posts an order, and returns the status.
    int order(int number) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(uri.resolve("/orders"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"number\":" + number + ",\"customer\":\"Ann\"}"));
        return http.send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    String health() throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(uri.resolve("/actuator/health"));
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
    }

    Stream stream(String lastEventId) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(uri.resolve("/orders/stream")).header("Accept", "text/event-stream");
        if (!lastEventId.isEmpty()) request.header("Last-Event-ID", lastEventId);
        return new Stream(
                http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream())
                        .body(),
                lastEventId);
    }

    /// Sends SIGTERM, and returns the time until the process has ended.
    Duration stop() throws InterruptedException {
        long beganNs = System.nanoTime();
        process.toHandle().destroy();
        if (!process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
            throw new AssertionError("It did not stop: " + String.join("\n", output));
        }
        return Duration.ofNanos(System.nanoTime() - beganNs);
    }

    @Override
    public void close() {
        http.shutdownNow();
        process.destroyForcibly();
    }
}
