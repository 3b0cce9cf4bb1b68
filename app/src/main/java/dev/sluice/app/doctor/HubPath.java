package dev.sluice.app.doctor;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The access to a hub for the probes of one run.
///
/// @param hub  the address, which ends with a slash
/// @param http the HTTP client, which prefers HTTP/2 over TLS
/// @param run  the name of the run, in each request
/// @param key  the key or token of the caller; null for none, or if the connection is not trusted with it
record HubPath(
        URI hub, HttpClient http, String run, @Nullable String key) {
    /// The timeout of one request, unless a probe sets a longer one.
    static final Duration TIME_MAX = Duration.ofSeconds(8);

    /// A key that shows whether `Authorization` arrives, for callers without a key.
    private static final String NO_KEY = "doctor-without-a-key";

    static String newRun() {
        byte[] bytes = new byte[16];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    boolean isSecure() {
        return "https".equals(hub.getScheme());
    }

    /// The host, with its port if that is not the scheme's, as clients send it in `Host`.
    String host() {
        int port = hub.getPort();
        boolean isUsual = port < 0 || port == (isSecure() ? 443 : 80);
        return hub.getHost().toLowerCase(Locale.ROOT) + (isUsual ? "" : ":" + port);
    }

    int port() {
        return hub.getPort() < 0 ? isSecure() ? 443 : 80 : hub.getPort();
    }

    String origin() {
        return hub.getScheme() + "://" + host();
    }

    String authorization() {
        return "Bearer " + (key == null ? NO_KEY : key);
    }

    /// @param query further parameters, without `run`
    URI uri(String path, String query) {
        return hub.resolve("doctor/" + path + "?run=" + run + (query.isEmpty() ? "" : "&" + query));
    }

    /// A request as a browser would send it, with compression offered.
    HttpRequest.Builder request(String path, String query) {
        var request = HttpRequest.newBuilder(uri(path, query)).timeout(TIME_MAX).header("Accept-Encoding", "gzip");
        return key == null ? request : request.header("Authorization", authorization());
    }

    /// Ends the run, so that the client's next run can begin at once. Otherwise the hub ends it by itself
    /// some seconds later.
    CompletableFuture<HttpResponse<Void>> end() {
        return http.sendAsync(request("end", "").POST(BodyPublishers.noBody()).build(), BodyHandlers.discarding());
    }

    /// The answer with the [beginning][TextBody] of its body.
    HttpResponse<String> text(HttpRequest request) throws IOException, InterruptedException {
        return http.send(request, TextBody.handler());
    }

    /// The body as a JSON object; null if it is not one.
    static @Nullable JsonNode object(HttpResponse<String> answer) {
        try {
            JsonNode json = JsonMapper.shared().readTree(answer.body());
            return json.isObject() ? json : null;
        } catch (JacksonException none) {
            return null;
        }
    }

    /// An answer in words, for a finding.
    static String describe(HttpResponse<?> answer) {
        String type = answer.headers().firstValue("Content-Type").orElse("no type");
        return "status " + answer.statusCode() + ", " + PlainText.beginning(type);
    }

    /// The reason why a task failed, in words.
    static String describe(ExecutionException failed) {
        Throwable cause = failed.getCause() == null ? failed : failed.getCause();
        return PlainText.beginning(cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage());
    }
}
