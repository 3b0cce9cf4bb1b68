package dev.sluice.packaging;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A hub that runs in a root, on a port of this machine.
final class PackagedHub implements AutoCloseable {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Duration TIME_MAX = Duration.ofMinutes(1);
    private static final Pattern DATA = Pattern.compile("\"data\":\"([^\"]*)\"");
    private static final Pattern PLACE = Pattern.compile("\"cursor\":\"([^\"]+)\",\"more\":(true|false)");

    private final RunningProgram program;
    private final URI uri;

    /// Waits until the hub listens.
    PackagedHub(RunningProgram program, int port) throws InterruptedException {
        this.program = program;
        uri = URI.create("http://127.0.0.1:" + port);
        program.await(" at http");
    }

    RunningProgram program() {
        return program;
    }

    /// @return the status of the answer
    /// @throws IOException if the hub goes away
    int publish(String channel, String data) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(channel(channel, "")).POST(HttpRequest.BodyPublishers.ofString(data)))
                .statusCode();
    }

    /// The data of all events of a channel, which is plain text.
    List<String> events(String channel) throws IOException, InterruptedException {
        List<String> events = new ArrayList<>();
        String after = "earliest";
        while (true) {
            String page = send(HttpRequest.newBuilder(channel(channel, "?after=" + after)))
                    .body();
            DATA.matcher(page).results().forEach(each -> events.add(each.group(1)));
            Matcher place = PLACE.matcher(page);
            if (!place.find()) throw new AssertionError("not a page: " + page);
            if (place.group(2).equals("false")) return events;
            after = place.group(1);
        }
    }

    private URI channel(String name, String query) {
        return uri.resolve("/channels/" + URLEncoder.encode(name, StandardCharsets.UTF_8) + query);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return CLIENT.send(request.timeout(TIME_MAX).build(), BodyHandlers.ofString());
    }

    /// Ends the hub by SIGTERM; returns its exit code.
    int terminate(Duration timeMax) throws InterruptedException {
        return program.terminate(timeMax);
    }

    @Override
    public void close() {
        program.close();
    }
}
