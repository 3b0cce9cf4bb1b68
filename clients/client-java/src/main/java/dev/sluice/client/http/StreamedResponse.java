package dev.sluice.client.http;

import java.net.http.HttpHeaders;
import java.util.Optional;

/** An HTTP response: the status and headers, and a body that is read or cancelled. */
public record StreamedResponse(int status, HttpHeaders headers, Body body) implements AutoCloseable {
    public Optional<String> header(String name) {
        return headers.firstValue(name);
    }

    /** Cancels the body if it has not been read to its end. */
    @Override
    public void close() {
        body.close();
    }
}
