package dev.sluice.app;

import dev.sluice.app.command.Sluice;
import dev.sluice.app.command.Surroundings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// What `./sluice` runs once after a build to record an AOT cache: the classes that a hub, a publish and a subscription
/// load, and how their code is used under load (JEP 515), so that a new hub compiles it at once, and for that use.
/// Whatever
/// it leaves out is merely loaded more slowly.
final class Training {
    private static final Pattern URL = Pattern.compile("(http://\\S+),");
    private static final int SECONDS_MAX = 30;

    private Training() {}

    /// Takes the line with which a hub says where it listens.
    private static final class Listening extends OutputStream {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final CompletableFuture<String> url = new CompletableFuture<>();

        @Override
        public void write(int b) {
            bytes.write(b);
            if (b != '\n') return;
            var line = URL.matcher(bytes.toString(StandardCharsets.UTF_8));
            if (line.find()) url.complete(line.group(1));
        }
    }

    /// @param args a folder for the hub's log, to be removed afterwards
    static void main(String[] args) throws Exception {
        var listening = new Listening();
        Thread.ofPlatform()
                .daemon()
                .start(() -> Sluice.run(to(listening, ""), "serve", "--port", "0", "--data", args[0]));
        var url = listening.url.get(SECONDS_MAX, TimeUnit.SECONDS);
        Sluice.run(to(OutputStream.nullOutputStream(), url), "pub", "training", "hello", "--close");
        for (var transport : new String[] {"sse", "ws", "ndjson", "text", "longpoll"}) {
            Sluice.run(
                    to(OutputStream.nullOutputStream(), url),
                    "sub",
                    "training",
                    "--as",
                    transport,
                    "--after",
                    "earliest");
        }
        Sluice.run(to(OutputStream.nullOutputStream(), url), "channels");
        browse(url);
        for (var transport : new String[] {"sse", "ws"}) load(url, transport);
        System.exit(0);
    }

    /// Enough for the compiler to know what matters.
    private static void load(String url, String transport) {
        var bench = "bench --as %s --connections 20 --channels 2 --rate 1000 --publishers 4 --warmup 10ms --duration 3s"
                .formatted(transport);
        Sluice.run(to(OutputStream.nullOutputStream(), url), (bench + " " + url + "/channels/load").split(" "));
    }

    /// Looks at the pages, and asks the typewriter; where a real model would answer, something that is refused.
    private static void browse(String url) throws IOException, InterruptedException {
        try (var http = HttpClient.newHttpClient()) {
            for (var path : new String[] {"/", "/demos/", "/demos/typewriter/"}) {
                http.send(HttpRequest.newBuilder(URI.create(url + path)).build(), BodyHandlers.discarding());
            }
            var language = System.getenv("SLUICE_MODEL_URL") == null ? "en" : "none";
            var question = HttpRequest.newBuilder(URI.create(url + "/demos/typewriter/answers"))
                    .POST(BodyPublishers.ofString("{\"question\":\"\",\"language\":\"" + language + "\"}"));
            http.send(question.build(), BodyHandlers.discarding());
        }
    }

    private static Surroundings to(OutputStream out, String url) {
        return new Surroundings(
                InputStream.nullInputStream(),
                out,
                System.err,
                Map.of("SLUICE_URL", url),
                Path.of(""),
                false,
                gone -> {});
    }
}
