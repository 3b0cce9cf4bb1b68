package dev.sluice.sense.config;

import dev.sluice.sense.check.Check;
import dev.sluice.sense.check.Expectation;
import dev.sluice.sense.check.HttpCheck;
import dev.sluice.sense.check.HubCheck;
import dev.sluice.sense.check.JsonPath;
import dev.sluice.sense.check.Network;
import dev.sluice.sense.check.SseCheck;
import dev.sluice.sense.check.Statuses;
import dev.sluice.sense.check.WebClient;
import dev.sluice.sense.check.WebSocketCheck;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.RequestBody;

/// Reads the keys of checks that use HTTP.
final class WebChecks {
    private static final List<String> METHODS = List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
    private static final List<String> METHODS_WITH_BODY = List.of("POST", "PUT", "PATCH");

    private static final HttpUrl NONE = HttpUrl.get("http://localhost/");

    private final WebClient client;
    private final InstantSource clock;

    WebChecks(Network network, InstantSource clock) {
        client = WebClient.forChecks(network);
        this.clock = clock;
    }

    Check http(Fields fields, String name) {
        String body = fields.text("body", "");
        String method = fields.choice("method", "GET", METHODS);
        boolean hasBody = !body.isEmpty() || METHODS_WITH_BODY.contains(method);
        if (hasBody && (method.equals("GET") || method.equals("HEAD"))) {
            fields.fault("body", "needs another method: POST, PUT, PATCH, DELETE or OPTIONS");
            hasBody = false;
        }
        // Passed as bytes: with text, the client would add a charset to the user's Content-Type.
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        var request = request(fields, url(fields)).method(method, hasBody ? RequestBody.create(bytes, null) : null);
        boolean follows = fields.flag("follow_redirects", true);
        Duration left = fields.time("certificate_left", Duration.ZERO, Duration.ZERO, Duration.ofDays(365));
        Duration timeout = CheckDefinition.timeout(fields);
        return new HttpCheck(client, follows, request.build(), expectations(fields), left, timeout, clock);
    }

    Check sse(Fields fields, String name) {
        var request = request(fields, url(fields)).header("Accept", "text/event-stream");
        return new SseCheck(client, request.build(), CheckDefinition.timeout(fields), fields.text("expect_text", ""));
    }

    Check hub(Fields fields, String name) {
        HttpUrl metrics = metrics(url(fields));
        List<HubCheck.Limit> limits = new ArrayList<>();
        fields.table("expect_max").forEach((metric, max) -> {
            try {
                double limit = Double.parseDouble(max);
                if (!Double.isFinite(limit)) throw new NumberFormatException("the limit must be a finite number");
                limits.add(new HubCheck.Limit(metric, limit));
            } catch (NumberFormatException invalid) {
                fields.fault("expect_max", "takes metrics with numbers: { \"sluice_lag_events\" = 1000 }");
            }
        });
        return new HubCheck(client, request(fields, metrics).build(), CheckDefinition.timeout(fields), limits);
    }

    /// Returns the address of a hub's metrics, given itself or as that of the hub, which may have a path.
    private static HttpUrl metrics(HttpUrl url) {
        return url.encodedPath().endsWith("/metrics")
                ? url
                : url.newBuilder().addPathSegment("metrics").build();
    }

    Check webSocket(Fields fields, String name) {
        HttpUrl url = fields.parsed("url", WebAddress::parseSocket).orElse(NONE);
        if (!fields.has("url")) fields.text("url");
        String text = fields.text("expect_text", "");
        boolean expects = fields.flag("expect_message", !text.isEmpty());
        var request = new Request.Builder().url(url);
        Duration timeout = CheckDefinition.timeout(fields);
        return new WebSocketCheck(client, request.build(), timeout, fields.text("send", ""), expects, text);
    }

    private static HttpUrl url(Fields fields) {
        if (!fields.has("url")) fields.text("url");
        return fields.parsed("url", WebAddress::parse).orElse(NONE);
    }

    private static Request.Builder request(Fields fields, HttpUrl url) {
        var request = new Request.Builder().url(url);
        fields.table("headers").forEach((header, value) -> {
            try {
                request.header(header, value);
            } catch (IllegalArgumentException invalid) {
                fields.fault("headers", "has a header that HTTP does not allow: " + header);
            }
        });
        return request;
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
        Duration latency = fields.time("expect_latency", Duration.ZERO, Duration.ZERO, Duration.ofMinutes(5));
        if (!latency.isZero()) all.add(new Expectation.Latency(latency));
        return all;
    }
}
