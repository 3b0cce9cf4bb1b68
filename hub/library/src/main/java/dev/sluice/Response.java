package dev.sluice;

import dev.sluice.embed.EmbeddedSluice;
import dev.sluice.server.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The response to a plain HTTP request. Immutable: each method returns a new response.
///
/// @param status  200 to 599
/// @param headers in order; the server adds `Content-Length`, `Date`, CORS and other standard headers itself
/// @param body    the body, which is not copied and must not be changed afterwards
/// @param events  sends events after the headers instead of a body; null for an ordinary response
@SuppressWarnings("ArrayRecordComponent") // Sent once, never compared.
public record Response(
        int status,
        List<Header> headers,
        byte[] body,
        @Nullable Handler<SseStream> events) {
    /// A header field. If its name or value contains characters that
    /// are not allowed in a header, the response becomes status 500.
    public record Header(String name, String value) {}

    public Response {
        if (status < 200 || status > 599)
            throw new IllegalArgumentException("status must be 200 to 599, was " + status);
        headers = List.copyOf(headers);
    }

    public Response(int status, List<Header> headers, byte[] body) {
        this(status, headers, body, null);
    }

    /// Returns a response that continues as a stream of Server-Sent Events, for routes that decide by the
    /// request whether they stream; for others there is [Routes#sse], whose rules apply to the handler.
    public static Response events(Handler<SseStream> handler) {
        return new Response(200, List.of(), new byte[0], handler);
    }

    /// Returns a response with plain text in UTF-8.
    public static Response text(String text) {
        return of("text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    /// Returns a response with an HTML page in UTF-8.
    public static Response html(String html) {
        return of("text/html; charset=utf-8", html.getBytes(StandardCharsets.UTF_8));
    }

    /// Returns a response with a record, map, list, string or number as JSON.
    public static Response json(Object value) {
        return of("application/json", Json.write(value));
    }

    /// Returns a problem (RFC 9457) with the members of the hub's own problems. It has no type: its
    /// status says what kind it is, and the title is the phrase of the status.
    ///
    /// @param status 400 to 599
    /// @param detail what happened, and what to do, for the client's developer
    public static Response problem(int status, String detail) {
        return of("application/problem+json", EmbeddedSluice.problem(status, detail))
                .status(status);
    }

    /// Returns a response with any other type of content.
    public static Response of(String contentType, byte[] body) {
        return new Response(200, List.of(new Header("Content-Type", contentType)), body);
    }

    /// Returns a response without a body: `Response.empty().status(404)`.
    public static Response empty() {
        return new Response(200, List.of(), new byte[0]);
    }

    /// Returns a copy with another status.
    public Response status(int other) {
        return new Response(other, headers, body, events);
    }

    /// Returns a copy in which this header replaces all headers of the same name.
    public Response header(String name, String value) {
        var all = new ArrayList<>(headers);
        all.removeIf(each -> each.name().equalsIgnoreCase(name));
        all.add(new Header(name, value));
        return new Response(status, all, body, events);
    }
}
