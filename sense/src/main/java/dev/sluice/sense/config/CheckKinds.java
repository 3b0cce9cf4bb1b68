package dev.sluice.sense.config;

import dev.sluice.sense.check.Check;
import dev.sluice.sense.check.Expectation;
import dev.sluice.sense.check.HttpCheck;
import dev.sluice.sense.check.JsonPath;
import dev.sluice.sense.check.Statuses;
import dev.sluice.sense.check.TcpCheck;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The kinds of checks with their keys.
public final class CheckKinds {
    private static final Duration ZERO = Duration.ZERO;

    private final HttpClient following;
    private final HttpClient staying;

    /// @param following follows redirects
    /// @param staying   does not
    private CheckKinds(HttpClient following, HttpClient staying) {
        this.following = following;
        this.staying = staying;
    }

    /// Returns all kinds by their type.
    public static Map<String, CheckKind> all() {
        var kinds = new CheckKinds(client(Redirect.NORMAL), client(Redirect.NEVER));
        return Stream.of(
                        new CheckKind("http", false, Set.of("headers", "body"), kinds::http),
                        new CheckKind("tcp", false, Set.of(), (fields, _) -> tcp(fields)))
                .collect(Collectors.toMap(CheckKind::type, Function.identity()));
    }

    private static HttpClient client(Redirect redirects) {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1) // An upgrade to HTTP/2 would be one more thing that can fail.
                .followRedirects(redirects)
                .build();
    }

    private Check http(Fields fields, String name) {
        URI uri = fields.parsed("url", WebAddress::parse).orElse(URI.create("http://localhost/"));
        if (!fields.has("url")) fields.text("url");
        var request = HttpRequest.newBuilder(uri).header("User-Agent", "Sluice-Sense");
        String body = fields.text("body", "");
        String method =
                fields.choice("method", "GET", List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"));
        request.method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        fields.table("headers").forEach((header, value) -> {
            try {
                request.setHeader(header, value);
            } catch (IllegalArgumentException invalid) {
                fields.fault("headers", "has a header that HTTP does not allow: " + header);
            }
        });
        boolean follows = fields.flag("follow_redirects", true);
        Duration left = fields.time("certificate_left", ZERO, ZERO, Duration.ofDays(365));
        return new HttpCheck(follows ? following : staying, request.build(), expectations(fields), left);
    }

    private static List<Expectation> expectations(Fields fields) {
        List<Expectation> all = new ArrayList<>();
        all.add(fields.parsed("expect_status", Statuses::parse).orElseGet(() -> Statuses.parse("2xx")));
        fields.table("expect_header").forEach((header, text) -> all.add(new Expectation.Header(header, text)));
        String text = fields.text("expect_text", "");
        if (!text.isEmpty()) all.add(new Expectation.Text(text));
        fields.table("expect_json").forEach((path, value) -> {
            try {
                all.add(new Expectation.Json(JsonPath.parse(path), value));
            } catch (IllegalArgumentException invalid) {
                fields.fault("expect_json", "is invalid: " + invalid.getMessage());
            }
        });
        Duration latency = fields.time("expect_latency", ZERO, ZERO, Duration.ofMinutes(5));
        if (!latency.isZero()) all.add(new Expectation.Latency(latency));
        return all;
    }

    private static Check tcp(Fields fields) {
        return new TcpCheck(fields.text("host"), port(fields), fields.text("send", ""), fields.text("expect_text", ""));
    }

    private static int port(Fields fields) {
        if (!fields.has("port")) fields.fault("port", "is missing");
        return fields.integer("port", 1, 1, 65_535);
    }
}
