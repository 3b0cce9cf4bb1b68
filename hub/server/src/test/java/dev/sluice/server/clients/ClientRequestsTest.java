package dev.sluice.server.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.Browser;
import dev.sluice.server.TestServer;
import dev.sluice.server.clients.ChromiumClient.Api;
import dev.sluice.server.proxy.HostileProxy;
import dev.sluice.server.proxy.ProxiedConnection;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Tests the requests that clients really send, recorded by a proxy, and the hub's answers. If a row fails, the
/// client has changed and the negotiation has to be reviewed.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ClientRequestsTest {
    private static final String CHANNEL = "/channels/negotiated";

    /// Headers that may affect how a request is answered.
    private static final Set<String> DECISIVE = Set.of(
            "accept",
            "cache-control",
            "connection",
            "http2-settings",
            "sec-websocket-extensions",
            "sec-websocket-version",
            "upgrade");

    private static final Pattern REQUEST = Pattern.compile("GET (\\S+) HTTP/1.1\r\n(.*?)\r\n\r\n", Pattern.DOTALL);
    private static final Pattern ANSWER = Pattern.compile("HTTP/1.1 (\\d{3}) .*?\r\n\r\n", Pattern.DOTALL);
    private static final Pattern CONTENT_TYPE = Pattern.compile("(?i)\r\ncontent-type: ([^\r;]+)");

    private final Browser browser = Browser.english();
    private final TestServer server = TestServer.start();

    @AfterAll
    void close() {
        browser.close();
        server.close();
    }

    /// @param name   the client's usual name
    /// @param sender makes the client send its request
    /// @param answer the media type of the response, or `101`
    /// @param sent   the headers sent, in order, with an `…` for parts that change between versions
    record Row(String name, Sender sender, String answer, List<String> sent) {
        @Override
        public String toString() {
            return name;
        }
    }

    @FunctionalInterface
    interface Sender {
        /// @return closes the client
        AutoCloseable send(URI channel) throws Exception;
    }

    private static Row row(String name, Sender sender, String answer, String... sent) {
        return new Row(name, sender, answer, List.of(sent));
    }

    private static Row row(String name, ForeignClient client, String answer, String... sent) {
        return row(name, uri -> client.follow(uri, null, new ReceivedEvents()), answer, sent);
    }

    List<Row> rows() {
        return List.of(
                row("curl", ClientRequestsTest::curl, "application/json", "Accept: */*"),
                row("curl -N, SSE", CurlClient.SSE, "text/event-stream", "Accept: text/event-stream"),
                row("curl -N, lines", CurlClient.JSON_LINES, "application/x-ndjson", "Accept: application/x-ndjson"),
                row(
                        "java.net.http",
                        ClientRequestsTest::javaNetHttp,
                        "application/json",
                        "Connection: Upgrade, HTTP2-Settings",
                        "HTTP2-Settings: …",
                        "Upgrade: h2c"),
                row(
                        "java.net.http, lines",
                        JavaNetHttpClient.STREAMED_BODY,
                        "application/x-ndjson",
                        "Connection: Upgrade, HTTP2-Settings",
                        "HTTP2-Settings: …",
                        "Upgrade: h2c",
                        "Accept: application/x-ndjson"),
                row(
                        "java.net.http, WebSocket",
                        JavaNetHttpClient.WEBSOCKET,
                        "101",
                        "Connection: Upgrade",
                        "Upgrade: websocket",
                        "Sec-WebSocket-Version: 13"),
                row(
                        "HttpURLConnection",
                        ClientRequestsTest::urlConnection,
                        "application/json",
                        "Accept: */*",
                        "Connection: keep-alive"),
                row("OkHttp", ClientRequestsTest::okHttp, "application/json", "Connection: Keep-Alive"),
                row(
                        "okhttp-sse",
                        OkHttpClients.SSE,
                        "text/event-stream",
                        "Accept: text/event-stream",
                        "Connection: Keep-Alive"),
                row(
                        "OkHttp, WebSocket",
                        OkHttpClients.WEBSOCKET,
                        "101",
                        "Upgrade: websocket",
                        "Connection: Upgrade",
                        "Sec-WebSocket-Version: 13",
                        "Sec-WebSocket-Extensions: permessage-deflate"),
                row(
                        "LaunchDarkly's EventSource",
                        LaunchDarklyClient.INSTANCE,
                        "text/event-stream",
                        "Accept: text/event-stream",
                        "Cache-Control: no-cache",
                        "Connection: Keep-Alive"),
                row(
                        "Jersey's SseEventSource",
                        JerseyClient.INSTANCE,
                        "text/event-stream",
                        "Accept: text/event-stream",
                        "Connection: keep-alive"),
                row(
                        "Java-WebSocket",
                        JavaWebSocketClient.INSTANCE,
                        "101",
                        "Connection: Upgrade",
                        "Sec-WebSocket-Extensions: permessage-deflate; "
                                + "server_no_context_takeover; client_no_context_takeover",
                        "Sec-WebSocket-Version: 13",
                        "Upgrade: websocket"),
                row(
                        "npm eventsource",
                        NodeClient.EVENTSOURCE,
                        "text/event-stream",
                        "connection: keep-alive",
                        "Accept: text/event-stream",
                        "cache-control: no-cache"),
                row(
                        "undici, EventSource",
                        NodeClient.UNDICI_EVENTSOURCE,
                        "text/event-stream",
                        "connection: keep-alive",
                        "accept: text/event-stream",
                        "cache-control: no-cache"),
                row(
                        "undici, fetch, lines",
                        NodeClient.UNDICI_FETCH,
                        "application/x-ndjson",
                        "connection: keep-alive",
                        "Accept: application/x-ndjson"),
                row(
                        "undici, WebSocket",
                        NodeClient.UNDICI_WEBSOCKET,
                        "101",
                        "connection: upgrade",
                        "upgrade: websocket",
                        "sec-websocket-version: 13",
                        "sec-websocket-extensions: permessage-deflate; client_max_window_bits",
                        "accept: */*",
                        "cache-control: no-cache"),
                row(
                        "npm ws",
                        NodeClient.WS,
                        "101",
                        "Sec-WebSocket-Version: 13",
                        "Connection: Upgrade",
                        "Upgrade: websocket",
                        "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"),
                row(
                        "Node's fetch",
                        ClientRequestsTest::nodeFetch,
                        "application/json",
                        "connection: keep-alive",
                        "accept: */*"),
                row(
                        "Chromium, a page",
                        this::visit,
                        "text/html",
                        "Connection: keep-alive",
                        "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,…,*/*;q=0.8…"),
                row(
                        "Chromium, EventSource",
                        new ChromiumClient(browser, Api.EVENTSOURCE, null),
                        "text/event-stream",
                        "Connection: keep-alive",
                        "Cache-Control: no-cache",
                        "Accept: text/event-stream"),
                row(
                        "Chromium, WebSocket",
                        new ChromiumClient(browser, Api.WEBSOCKET, null),
                        "101",
                        "Connection: Upgrade",
                        "Cache-Control: no-cache",
                        "Upgrade: websocket",
                        "Sec-WebSocket-Version: 13",
                        "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"),
                row(
                        "Chromium, fetch, lines",
                        new ChromiumClient(browser, Api.FETCH, null),
                        "application/x-ndjson",
                        "Connection: keep-alive",
                        "Accept: application/x-ndjson"),
                row("Chromium, fetch", this::fetch, "application/json", "Connection: keep-alive", "Accept: */*"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void answersTheRequestsThatClientsSend(Row row) throws Exception {
        try (var proxy = HostileProxy.before(server);
                var _ = row.sender.send(proxy.uri(CHANNEL))) {
            ProxiedConnection connection = proxy.await("with an answer", each -> exchange(each) != null);
            RecordedExchange exchange = Objects.requireNonNull(exchange(connection));
            assertThat(exchange.sent).matches(glob(String.join("\n", row.sent)));
            assertThat(exchange.answer).isEqualTo(row.answer);
        }
    }

    private record RecordedExchange(String sent, String answer) {}

    /// The request for the channel and its response; null if not complete yet. A connection may carry
    /// several requests.
    private static @Nullable RecordedExchange exchange(ProxiedConnection connection) {
        var request = REQUEST.matcher(connection.sentByClient());
        var answer = ANSWER.matcher(connection.sentToClient());
        while (request.find() && answer.find()) {
            if (!request.group(1).startsWith(CHANNEL)) continue;
            var type = CONTENT_TYPE.matcher(answer.group());
            return new RecordedExchange(decisive(request.group(2)), type.find() ? type.group(1) : answer.group(1));
        }
        return null;
    }

    private static String decisive(String headers) {
        return headers.lines()
                .filter(line ->
                        DECISIVE.contains(line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT)))
                .collect(Collectors.joining("\n"));
    }

    private static Pattern glob(String text) {
        return Pattern.compile(Pattern.quote(text).replace("…", "\\E.*\\Q"));
    }

    private static AutoCloseable curl(URI uri) {
        return program("curl", "--silent", uri.toString());
    }

    private static AutoCloseable nodeFetch(URI uri) {
        return program("node", "-e", "fetch('" + uri + "')");
    }

    private static AutoCloseable program(String... command) {
        return Child.start(List.of(command), out -> WholeLines.each(out, _ -> {}), new ReceivedEvents());
    }

    private static AutoCloseable javaNetHttp(URI uri) throws IOException, InterruptedException {
        HttpClient http = HttpClient.newHttpClient();
        http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding());
        return http;
    }

    private static AutoCloseable urlConnection(URI uri) throws IOException {
        var body = uri.toURL().openStream();
        body.readAllBytes();
        return body;
    }

    private static AutoCloseable okHttp(URI uri) throws IOException {
        return new OkHttpClient()
                .newCall(new Request.Builder().url(uri.toString()).build())
                .execute();
    }

    private AutoCloseable visit(URI uri) {
        browser.open(uri);
        return () -> browser.open("about:blank");
    }

    private AutoCloseable fetch(URI uri) {
        browser.open(uri.resolve("/livez"));
        browser.run("fetch(arguments[0])", uri.toString());
        return () -> browser.open("about:blank");
    }
}
