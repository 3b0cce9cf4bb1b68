package dev.sluice.lab.client;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Publishes with a request for each event, on a connection that is kept alive: beside a stream, which occupies the one
/// that it has.
final class HttpPublish implements EventSink {
    private final Route route;
    private @Nullable HttpSocket socket;

    HttpPublish(Route route) {
        this.route = route;
    }

    @Override
    public void send(byte[] data) throws IOException {
        var current = socket;
        if (current == null) socket = current = new HttpSocket(route);
        var headers = route.headers().ofRequest("http://" + route.authority(), "*/*");
        headers.put("Content-Type", "text/plain");
        try {
            var answer = current.send("POST", "/channels/" + CHANNEL, headers, data);
            answer.body().readAllBytes();
            if (answer.status() != 201) throw new IOException("a publish was answered with " + answer.status());
        } catch (IOException lost) {
            current.close();
            socket = null;
            throw lost;
        }
    }
}
