package dev.sluice;

import dev.sluice.server.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// An answer to a plain HTTP request. Immutable: each method gives another one.
///
/// @param status  as 200
/// @param headers in their order; length, date, CORS and what else every answer has are added in sending
/// @param body    must not be changed any more
@SuppressWarnings("ArrayRecordComponent") // Made once and sent once; never compared.
public record Response(int status, List<Header> headers, byte[] body) {
    /// A header line. A name or value that would break the line is refused in sending, with status 500.
    public record Header(String name, String value) {}

    public Response {
        if (status < 200 || status > 599) throw new IllegalArgumentException("a status is 200 to 599, was " + status);
        headers = List.copyOf(headers);
    }

    /// Plain text.
    public static Response text(String text) {
        return of("text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    /// A page.
    public static Response html(String html) {
        return of("text/html; charset=utf-8", html.getBytes(StandardCharsets.UTF_8));
    }

    /// A record, map, list, string or number as JSON.
    public static Response json(Object value) {
        return of("application/json", Json.write(value));
    }

    /// Anything else.
    public static Response of(String contentType, byte[] body) {
        return new Response(200, List.of(new Header("Content-Type", contentType)), body);
    }

    /// No body: `Response.empty().status(404)`.
    public static Response empty() {
        return new Response(200, List.of(), new byte[0]);
    }

    /// The same with another status.
    public Response status(int other) {
        return new Response(other, headers, body);
    }

    /// The same with this header instead of any of its name.
    public Response header(String name, String value) {
        var all = new ArrayList<>(headers);
        all.removeIf(each -> each.name().equalsIgnoreCase(name));
        all.add(new Header(name, value));
        return new Response(status, all, body);
    }
}
