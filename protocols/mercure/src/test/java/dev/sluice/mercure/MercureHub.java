package dev.sluice.mercure;

import dev.sluice.Sluice;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.function.UnaryOperator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// A hub that serves Mercure at its usual address, and requests to it.
final class MercureHub implements AutoCloseable {
    static final String SECRET = "!ChangeThisMercureHubJWTSecretKey!";
    static final String ISSUER = "https://example.com";
    static final String AUDIENCE = "https://hub.example.com/.well-known/mercure";
    static final String ALL = legacy("'publish':['*'],'subscribe':['*']", "");
    private static final Duration HEARTBEAT = Duration.ofMillis(200);
    private static final long BYTES_MAX = 64 << 20;

    final Sluice hub;
    private final HttpClient client = HttpClient.newHttpClient();

    private MercureHub(Sluice hub) {
        this.hub = hub;
    }

    static MercureHub inMemory() {
        return on(Sluice.inMemory(), settings -> settings.anonymous());
    }

    static MercureHub on(Sluice hub, UnaryOperator<MercureSettings> change) {
        return on(hub, change, BYTES_MAX);
    }

    /// @param bytesMax see [Limits]
    static MercureHub on(Sluice hub, UnaryOperator<MercureSettings> change, long bytesMax) {
        return on(hub, change, new Limits(HEARTBEAT, () -> bytesMax));
    }

    static MercureHub on(Sluice hub, UnaryOperator<MercureSettings> change, Limits limits) {
        TokenKey key = TokenKey.of("HS256", SECRET);
        var settings = MercureSettings.of(key, key).issuer(ISSUER, AUDIENCE);
        hub.port(0).withoutShutdownHook();
        Mercure.on(hub, change.apply(settings), InstantSource.system(), limits);
        hub.start();
        return new MercureHub(hub);
    }

    // --- tokens

    /// Returns a token of 0.x.
    ///
    /// @param mercure members of the claim, with ' for "
    /// @param more    further claims, each with a comma before it
    static String legacy(String mercure, String more) {
        return jwt("JWT", "{'mercure':{" + mercure + "}" + more + "}");
    }

    /// Returns a token of 1.0.
    ///
    /// @param details the authorization details, with ' for "
    static String modern(String details) {
        return jwt(
                "at+jwt",
                "{'iss':'" + ISSUER + "','aud':['" + AUDIENCE + "'],'exp':4102444800," + "'authorization_details':["
                        + details + "]}");
    }

    static String detail(String action, String topics) {
        return "{'type':'https://mercure.rocks/authorization-detail','actions':['" + action + "'],'topics':[" + topics
                + "]}";
    }

    static String jwt(String type, String claims) {
        String content = content("{'alg':'HS256','typ':'" + type + "'}", claims);
        return content + "." + signature(content, SECRET);
    }

    /// Returns what is signed of a token whose header and claims have ' for ".
    static String content(String header, String claims) {
        return base64(header.replace('\'', '"')) + "." + base64(claims.replace('\'', '"'));
    }

    static String signature(String content, String secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(mac.doFinal(content.getBytes(StandardCharsets.UTF_8)));
        } catch (java.security.GeneralSecurityException missing) {
            throw new IllegalStateException(missing);
        }
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    // --- requests

    /// Publishes, and returns the id.
    ///
    /// @param fields names and values
    String publish(String... fields) throws Exception {
        HttpResponse<String> response = post(ALL, fields);
        if (response.statusCode() != 200) throw new AssertionError(response.statusCode() + " " + response.body());
        return response.body();
    }

    HttpResponse<String> post(String token, String... fields) throws Exception {
        return send("POST", "", form(fields), "Content-Type", Form.TYPE, "Authorization", "Bearer " + token);
    }

    /// @param headers further ones, names and values
    HttpResponse<String> postWithCookie(String cookie, String... headers) throws Exception {
        String[] all = new String[headers.length + 4];
        System.arraycopy(headers, 0, all, 4, headers.length);
        System.arraycopy(new String[] {"Content-Type", Form.TYPE, "Cookie", cookie}, 0, all, 0, 4);
        return send("POST", "", "topic=a", all);
    }

    /// @param path    below the hub's address
    /// @param headers names and values
    HttpResponse<String> send(String method, String path, String body, String... headers) throws Exception {
        return sendTo(URI.create(address() + path), method, body, headers);
    }

    HttpResponse<String> sendTo(URI uri, String method, String body, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(uri).method(method, BodyPublishers.ofString(body));
        if (headers.length > 0) request.headers(headers);
        return client.send(request.build(), BodyHandlers.ofString());
    }

    /// Subscribes without a token.
    ///
    /// @param parameters names and values
    Reader read(String... parameters) throws Exception {
        return new Reader(client, URI.create(address() + "?" + form(parameters)));
    }

    Reader readWith(String token, String... parameters) throws Exception {
        return readAs("Authorization", "Bearer " + token, parameters);
    }

    /// Subscribes with a header.
    Reader readAs(String header, String value, String... parameters) throws Exception {
        return new Reader(client, URI.create(address() + "?" + form(parameters)), header, value);
    }

    /// Subscribes as a page of an origin does.
    Reader readOn(String origin, String cookie, String... parameters) throws Exception {
        return new Reader(client, URI.create(address() + "?" + form(parameters)), "Origin", origin, "Cookie", cookie);
    }

    String address() {
        return hub.uri().toString().replaceAll("/$", "") + MercureSettings.PATH;
    }

    static String form(String... fields) {
        var form = new StringBuilder();
        for (int i = 0; i < fields.length; i += 2) {
            if (i > 0) form.append('&');
            form.append(encoded(fields[i])).append('=').append(encoded(fields[i + 1]));
        }
        return form.toString();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        client.shutdownNow(); // Streams would keep it open.
        hub.close();
    }
}
