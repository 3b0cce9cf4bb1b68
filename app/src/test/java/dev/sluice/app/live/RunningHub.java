package dev.sluice.app.live;

import dev.sluice.app.SluiceCommand;
import dev.sluice.server.clients.ReceivedEvents;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `sluice serve` on a free port.
final class RunningHub implements AutoCloseable {
    private final Process process;
    private final String url;

    RunningHub() {
        try {
            process = new ProcessBuilder(
                            SluiceCommand.of("serve", "--port", "0", "--memory", "--set", "limits.loop_delay_max=10m"))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String first = process.inputReader().readLine();
            url = first.substring(first.indexOf("http://"), first.indexOf(','));
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    String url() {
        return url;
    }

    URI uri(String path) {
        return URI.create(url + path);
    }

    void publish(String channel, String text) {
        try {
            var request =
                    (HttpURLConnection) uri("/channels/" + channel).toURL().openConnection();
            request.setDoOutput(true);
            request.setRequestProperty("Content-Type", "text/plain");
            request.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            if (request.getResponseCode() != 201) throw new AssertionError(request.getResponseMessage());
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    /// All events of a selection, by polling.
    List<ReceivedEvents.Event> events(String selection) {
        var all = new ArrayList<ReceivedEvents.Event>();
        String after = "earliest";
        while (true) {
            JsonNode answer = get("/channels/" + selection + "?limit=1000&after=" + after);
            for (JsonNode event : answer.path("events")) {
                all.add(new ReceivedEvents.Event(
                        event.path("id").asString(), event.path("data").asString()));
            }
            after = answer.path("cursor").asString();
            if (!answer.path("more").asBoolean()) return all;
        }
    }

    private JsonNode get(String path) {
        try {
            URLConnection question = uri(path).toURL().openConnection();
            question.setRequestProperty("Accept", "application/json");
            try (InputStream answer = question.getInputStream()) {
                return JsonMapper.shared().readTree(new String(answer.readAllBytes(), StandardCharsets.UTF_8));
            }
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) process.destroyForcibly();
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
