package dev.sluice.relay;

import dev.sluice.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.List;

/// Responses that are no stream.
final class Refusal {
    private static final int BODY_MAX = 64 << 10;
    private static final List<String> FORWARDED =
            List.of("Content-Type", "Retry-After", "retry-after-ms", "x-should-retry", "x-request-id", "request-id");

    private Refusal() {}

    /// Returns what a provider has answered: its status, the beginning of its body, and the headers that SDKs
    /// read. A success without a stream becomes 502.
    static Response of(HttpResponse<InputStream> response) {
        if (response.statusCode() < 400)
            return Response.problem(502, "The provider has answered without a stream of events.");
        try (InputStream body = response.body()) {
            return forward(response, new Response(response.statusCode(), List.of(), body.readNBytes(BODY_MAX)));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /// Adds the headers that SDKs read to a response.
    static Response forward(HttpResponse<?> provider, Response response) {
        Response forwarded = response;
        for (String each : FORWARDED) {
            String value = provider.headers().firstValue(each).orElse(null);
            if (value != null) forwarded = forwarded.header(each, value);
        }
        return forwarded;
    }
}
