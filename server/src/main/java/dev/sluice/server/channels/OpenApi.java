package dev.sluice.server.channels;

import dev.sluice.server.http.Answer;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Route;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/// `/openapi.json`: the contract for machines, written by hand and checked against the running server by a test.
public final class OpenApi implements Route {
    private final byte[] document;

    public OpenApi() {
        try (InputStream resource = Objects.requireNonNull(OpenApi.class.getResourceAsStream("openapi.json"))) {
            document = resource.readAllBytes();
        } catch (IOException broken) {
            throw new UncheckedIOException("openapi.json can't be read from the class path", broken);
        }
    }

    @Override
    public void handle(Exchange exchange) {
        exchange.answer(Answer.json(HttpResponseStatus.OK, document));
    }
}
