package dev.sluice.server.doctor;

import dev.sluice.core.encoding.Sha256;
import dev.sluice.server.auth.hook.Cookie;
import dev.sluice.server.http.BodyFraming;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.head.Host;
import dev.sluice.server.http.head.Parameters;
import dev.sluice.server.http.head.RequestHead;
import dev.sluice.server.http.head.Status;
import dev.sluice.server.http.policy.ProxyTrace;
import dev.sluice.server.json.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// Reports how a request arrived. The query contains digests of the values that the doctor sent in headers. The
/// answer says for each whether it arrived unchanged, and repeats no value of a header.
final class EchoRoute {
    /// The compared headers. The parameter with the digest of a header has the header's name.
    private static final List<String> COMPARED = List.of("authorization", "idempotency-key", "last-event-id");

    /// The doctor's cookie, which each run sets itself.
    private static final String COOKIE = "sluice-doctor";

    private static final Set<String> PARAMETERS =
            Set.of("run", "host", "scheme", "authorization", "idempotency-key", "last-event-id", "cookie");

    private enum Arrival {
        SAME("same"),
        CHANGED("changed"),
        MISSING("missing");

        private final String word;

        Arrival(String word) {
            this.word = word;
        }

        private static Arrival of(boolean isSame) {
            return isSame ? SAME : CHANGED;
        }
    }

    private final InstantSource wall;
    private final AtomicLong count = new AtomicLong();

    EchoRoute(InstantSource wall) {
        this.wall = wall;
    }

    /// `GET /doctor/echo`
    void answer(Exchange exchange) {
        RequestHead request = exchange.request();
        Parameters query = request.parameters();
        query.allow(PARAMETERS);
        @Nullable String proxy = ProxyTrace.of(request);
        exchange.answer(ServerResponse.json(Status.OK, Json.bytes(json -> {
            json.writeStartObject();
            json.writeStringProperty("run", query.text("run").orElseThrow());
            json.writeNumberProperty("time", wall.millis());
            json.writeStringProperty("version", version(exchange));
            if (proxy != null) json.writeStringProperty("proxy", proxy);
            query.text("host").ifPresent(host -> write(json, "host", host(request.host(), host)));
            query.text("scheme")
                    .ifPresent(scheme ->
                            write(json, "scheme", Arrival.of(scheme.equals(exchange.isSecure() ? "https" : "http"))));
            for (String name : COMPARED) {
                query.text(name).ifPresent(digest -> write(json, name, compare(query, request.headers(name), digest)));
            }
            query.text("cookie").ifPresent(digest -> write(json, "cookie", compare(query, cookies(request), digest)));
            json.writeEndObject();
        })));
    }

    /// `GET /doctor/count.json`: a different number for each request that reaches the hub.
    void count(Exchange exchange) {
        exchange.request().parameters().allow(Set.of("run"));
        exchange.answer(ServerResponse.json(Status.OK, Json.bytes(json -> {
            json.writeStartObject();
            json.writeNumberProperty("count", count.incrementAndGet());
            json.writeEndObject();
        })));
    }

    /// The version of HTTP on the last hop.
    private static String version(Exchange exchange) {
        if (exchange.request().isHttp10()) return "HTTP/1.0";
        return exchange.framing() == BodyFraming.CHUNKED ? "HTTP/1.1" : "HTTP/2";
    }

    private static void write(JsonGenerator json, String name, Arrival arrival) {
        json.writeStringProperty(name, arrival.word);
    }

    private static Arrival host(@Nullable Host host, String expected) {
        if (host == null) return Arrival.MISSING;
        return Arrival.of(expected.equals(host.port() < 0 ? host.name() : host.name() + ":" + host.port()));
    }

    private static List<String> cookies(RequestHead request) {
        return Cookie.of(request).stream()
                .filter(each -> each.name().equals(COOKIE))
                .map(Cookie::value)
                .toList();
    }

    /// @param expected the SHA-256 of the run's name, a line feed and the value, in hexadecimal
    private static Arrival compare(Parameters query, List<String> values, String expected) {
        if (values.isEmpty()) return Arrival.MISSING;
        if (values.size() > 1) return Arrival.CHANGED;
        byte[] text = (query.text("run").orElseThrow() + "\n" + values.getFirst()).getBytes(StandardCharsets.UTF_8);
        byte[] digest = HexFormat.of().formatHex(Sha256.hash(text)).getBytes(StandardCharsets.US_ASCII);
        return Arrival.of(MessageDigest.isEqual(digest, expected.getBytes(StandardCharsets.UTF_8)));
    }
}
