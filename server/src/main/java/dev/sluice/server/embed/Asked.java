package dev.sluice.server.embed;

import dev.sluice.Request;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Problems;
import dev.sluice.server.json.InvalidJson;
import dev.sluice.server.json.Json;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// A request as a program sees it.
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
record Asked(dev.sluice.server.http.Request request, List<String> stars, InetSocketAddress remote, byte[] body)
        implements Request {
    static Asked of(Exchange exchange, List<String> stars, byte[] body) {
        InetSocketAddress remote = (InetSocketAddress) exchange.channel().remoteAddress();
        return new Asked(exchange.request(), List.copyOf(stars), remote, body);
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

    /// Browsers write UTF-8 where they repeat what we sent; Netty reads each byte as a character.
    @Override
    public Optional<String> header(String name) {
        return Optional.ofNullable(request.headers().get(name))
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
        } catch (InvalidJson invalid) {
            throw Problems.BAD_DATA.refused("The body is no JSON of the kind expected: " + invalid.getMessage() + ".");
        }
    }
}
