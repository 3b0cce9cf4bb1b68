package dev.sluice.client.http;

import java.net.http.HttpHeaders;
import java.util.Optional;

/** What a hub answers: the head, and the body to be read or given up. */
public record Answer(int status, HttpHeaders headers, Body body) implements AutoCloseable {
    public Optional<String> header(String name) {
        return headers.firstValue(name);
    }

    /** Gives the connection up if the body has not come to its end. */
    @Override
    public void close() {
        body.close();
    }
}
