package dev.sluice.embed.handler;

import dev.sluice.Request;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.json.InvalidJsonException;
import dev.sluice.server.json.Json;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// The request that a program's handler gets.
@SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
public record ProgramRequest(
        dev.sluice.server.http.head.RequestHead request, List<String> stars, InetSocketAddress remote, byte[] body)
        implements Request {
    public static ProgramRequest of(Exchange exchange, List<String> stars, byte[] body) {
        return new ProgramRequest(exchange.request(), List.copyOf(stars), exchange.remoteAddress(), body);
    }

    @Override
    public String method() {
        return request.method().name();
    }

    @Override
    public String path() {
        return request.path().decoded();
    }

    @Override
    public Optional<String> query(String name) {
        return request.parameters().text(name);
    }

    /// Browsers send UTF-8 in headers that repeat a value from the server, such as `Last-Event-ID`; Netty decodes
    /// each byte as one character.
    @Override
    public Optional<String> header(String name) {
        return Optional.ofNullable(request.firstHeader(name))
                .map(value -> new String(value.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
    }

    @Override
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    @Override
    public <T> T json(Class<T> as) {
        try {
            return Json.read(body, as);
        } catch (InvalidJsonException invalid) {
            throw Problems.BAD_DATA.refused("The body is not JSON of the expected type: " + invalid.getMessage() + ".");
        }
    }
}
