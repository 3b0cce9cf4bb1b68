package dev.sluice.app.launcher;

import dev.sluice.app.cli.CommandContext;
import dev.sluice.app.command.RootCommand;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;

/// Uses a hub in typical ways while two AOT caches are recorded: that of the commands that talk to hubs, and that of
/// the hub ([HubTraining]).
final class ClientTraining {
    private final String url;

    private ClientTraining(String url) {
        this.url = url;
    }

    /// Takes the hub's address from `SLUICE_URL`.
    static void main(String[] args) throws ClassNotFoundException, IOException, InterruptedException {
        EntryPoint.load();
        new ClientTraining(System.getenv("SLUICE_URL")).use();
        System.exit(0);
    }

    private void use() throws IOException, InterruptedException {
        run("pub", "training", "hello", "--close");
        for (var transport : new String[] {"sse", "ws", "ndjson", "text", "longpoll"}) {
            run("sub", "training", "--as", transport, "--after", "earliest");
        }
        run("channels");
        run("health", "--url", url);
        browse();
        for (var transport : new String[] {"sse", "ws"}) {
            load(transport, "--connections 20 --channels 2 --rate 1000 --publishers 4");
            load(transport, "--connections 200 --channels 200 --in-flight 16 --publishers 16");
        }
        try (var publishers = new PublisherTraining(url)) {
            publishers.publish(
                    "/channels/quiet", "sluice.events", "{\"ref\":1,\"channel\":\"load\",\"data\":\"hello\"}");
            publishers.publish(
                    "/session",
                    "sluice.v1.json",
                    "{\"op\":\"hello\"}",
                    "{\"op\":\"publish\",\"ref\":1,\"channel\":\"load\",\"data\":\"hello\"}");
        }
    }

    private void run(String... command) {
        RootCommand.run(
                new CommandContext(
                        InputStream.nullInputStream(),
                        OutputStream.nullOutputStream(),
                        System.err,
                        Map.of("SLUICE_URL", url),
                        Path.of(""),
                        false,
                        gone -> {}),
                command);
    }

    /// Runs a load that is long enough for the JIT compiler's profiles.
    private void load(String transport, String size) {
        var bench = "bench --as " + transport + " " + size + " --warmup 10ms --duration 3s " + url + "/channels/load";
        run(bench.split(" "));
    }

    /// Loads the pages and sends a question to the typewriter; with a real model, the question is refused.
    private void browse() throws IOException, InterruptedException {
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
}
