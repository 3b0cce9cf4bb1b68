package dev.sluice.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.http.head.Requests;
import dev.sluice.server.page.ChannelPage;
import dev.sluice.server.subscribe.TransportSpec;
import dev.sluice.server.transport.poll.PollTransport;
import dev.sluice.server.transport.sse.SseTransport;
import dev.sluice.server.transport.stream.JsonLinesTransport;
import dev.sluice.server.transport.stream.TextTransport;
import dev.sluice.server.transport.websocket.WebSocketTransport;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class NegotiationTest {
    private static final TransportSpec SSE = SseTransport.SPEC;
    private static final TransportSpec WEBSOCKET = WebSocketTransport.SPEC;
    private static final TransportSpec NDJSON = JsonLinesTransport.SPEC;
    private static final TransportSpec TEXT = TextTransport.SPEC;
    private static final TransportSpec LONG_POLL = PollTransport.LONG;
    private static final TransportSpec POLL = PollTransport.PLAIN;
    private static final TransportSpec PAGE = ChannelPage.SPEC;

    private static final Map<String, TransportSpec> BY_NAME =
            Map.of("SSE", SSE, "WEBSOCKET", WEBSOCKET, "NDJSON", NDJSON, "TEXT", TEXT, "POLL", POLL, "PAGE", PAGE);

    record Client(String name, String accept, TransportSpec expected) {
        @Override
        public String toString() {
            return name;
        }
    }

    /// The `Accept` headers that clients send by default and for events.
    static Stream<Client> clients() {
        return Stream.of(
                new Client("curl", "*/*", POLL),
                new Client("wget", "*/*", POLL),
                new Client("python-requests", "*/*", POLL),
                new Client("httpx", "*/*", POLL),
                new Client("Go's net/http", null, POLL),
                new Client("java.net.http", null, POLL),
                new Client("OkHttp", null, POLL),
                new Client("okhttp-sse", "text/event-stream", SSE),
                new Client("LaunchDarkly's EventSource", "text/event-stream", SSE),
                new Client("HttpURLConnection", "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", PAGE),
                new Client("HttpURLConnection of late", "*/*", POLL),
                new Client("Jersey's SSE", "text/event-stream", SSE),
                new Client("Jersey, JSON", "application/json", POLL),
                new Client("Spring's WebClient", "text/event-stream,application/json;q=0.9", SSE),
                new Client("Spring's RestTemplate", "application/json, application/*+json", POLL),
                new Client("axios", "application/json, text/plain, */*", POLL),
                new Client("fetch", "*/*", POLL),
                new Client("undici", "*/*", POLL),
                new Client("jQuery's getJSON", "application/json, text/javascript, */*; q=0.01", POLL),
                new Client("EventSource", "text/event-stream", SSE),
                new Client("npm eventsource", "text/event-stream", SSE),
                new Client("fetch-event-source", "text/event-stream", SSE),
                new Client(
                        "Chromium, typed in",
                        "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,"
                                + "application/signed-exchange;v=b3;q=0.7",
                        PAGE),
                new Client(
                        "Firefox, typed in",
                        "text/html,application/xhtml+xml,application/xml;q=0.9,image/png,image/svg+xml,*/*;q=0.8",
                        PAGE),
                new Client("Safari, typed in", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", PAGE),
                new Client(
                        "lynx", "text/html, text/plain, text/sgml, text/css, application/xhtml+xml, */*;q=0.01", PAGE),
                new Client("HTTPie, JSON", "application/json, */*;q=0.5", POLL),
                new Client("Accept of MCP's clients", "application/json, text/event-stream", SSE));
    }

    @ParameterizedTest
    @MethodSource("clients")
    void choosesTheTransportOfEachClient(Client client) {
        var request = client.accept == null
                ? Requests.get("/channels/x")
                : Requests.get("/channels/x", "Accept", client.accept);
        assertThat(HubTransports.chosenBy(request)).isEqualTo(client.expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    application/x-ndjson                               | NDJSON
                    application/ndjson                                 | NDJSON
                    application/jsonl                                  | NDJSON
                    text/plain                                         | TEXT
                    text/plain;charset=utf-8                           | TEXT
                    TEXT/Event-Stream                                  | SSE
                    text/plain, application/json                       | POLL
                    text/plain, text/html                              | PAGE
                    application/json, application/x-ndjson             | NDJSON
                    application/x-ndjson, text/event-stream            | SSE
                    text/event-stream;q=0.5, text/plain;q=0.6          | TEXT
                    text/event-stream;q=0.5, text/plain;q=0.5          | SSE
                    text/event-stream;q=0, */*                         | POLL
                    text/event-stream;q=0.000, text/plain;q=0.001      | TEXT
                    text/plain;q=0.1, */*                              | TEXT
                    text/plain, */*;q=0                                | TEXT
                    application/*                                      | POLL
                    application/*, */*;q=0                             | POLL
                    image/png, */*;q=0.1                               | POLL
                    application/json;q=0.2, application/json;v=2;q=0.9, text/plain;q=0.5 | POLL
                    text/html;x="a,text/plain;q=0", text/plain;q=0.9   | PAGE
                    nonsense, text/plain                               | TEXT
                    text/plain;q=x, application/x-ndjson;q=0.1         | NDJSON
                    , ,text/plain,                                     | TEXT
                    """)
    void choosesByQualityThenByOrder(String accept, String expected) {
        assertThat(HubTransports.chosenBy(Requests.get("/channels/x", "Accept", accept)))
                .isEqualTo(BY_NAME.get(expected));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    image/png
                    */*;q=0
                    application/json;q=0, */*
                    application/*;q=0, */*
                    text/event-stream;q=0
                    text/*
                    nonsense
                    """)
    void refusesWhenNoTransportIsAcceptable(String accept) {
        var request = Requests.get("/channels/x", "Accept", accept);
        assertThat(catchThrowableOfType(ProblemException.class, () -> HubTransports.chosenBy(request))
                        .problem()
                        .status())
                .isEqualTo(406);
    }

    @ParameterizedTest
    @CsvSource({"sse,SSE", "ndjson,NDJSON", "text,TEXT", "json,POLL", "html,PAGE"})
    void prefersTheParameterAsToAccept(String as, String expected) {
        assertThat(HubTransports.chosenBy(Requests.get("/channels/x?as=" + as, "Accept", "image/png")))
                .isEqualTo(BY_NAME.get(expected));
    }

    @Test
    void refusesAnUnknownValueOfAs() {
        for (String as : new String[] {"ws", "SSE", "", "poll"}) {
            var problem = catchThrowableOfType(
                            ProblemException.class, () -> HubTransports.chosenBy(Requests.get("/channels/x?as=" + as)))
                    .problem();
            assertThat(problem.status()).isEqualTo(400);
            assertThat(problem.detail()).contains("'html' or 'json' or 'ndjson' or 'sse' or 'text'");
        }
    }

    @Test
    void longPollsOnlyWithAWaitTime() {
        assertThat(HubTransports.chosenBy(Requests.get("/channels/x?wait=10"))).isEqualTo(LONG_POLL);
        assertThat(HubTransports.chosenBy(Requests.get("/channels/x?wait=0"))).isEqualTo(POLL);
        assertThat(HubTransports.chosenBy(Requests.get("/channels/x?wait=10&as=sse")))
                .isEqualTo(SSE);
    }

    @Test
    void prefersAWebSocketUpgrade() {
        assertThat(HubTransports.chosenBy(Requests.get(
                        "/channels/x?as=sse",
                        "Upgrade",
                        "WebSocket",
                        "Connection",
                        "keep-alive, Upgrade",
                        "Accept",
                        "text/html")))
                .isEqualTo(WEBSOCKET);
        // The upgrade that java.net.http offers with each request is ignored.
        assertThat(HubTransports.chosenBy(Requests.get(
                        "/channels/x",
                        "Upgrade",
                        "h2c",
                        "Connection",
                        "Upgrade, HTTP2-Settings",
                        "Accept",
                        "text/event-stream")))
                .isEqualTo(SSE);
        assertThat(HubTransports.chosenBy(Requests.get("/channels/x", "Upgrade", "websocket")))
                .isEqualTo(POLL);
    }

    @Test
    void readsSeveralAcceptHeadersAsOne() {
        assertThat(HubTransports.chosenBy(
                        Requests.get("/channels/x", "Accept", "text/plain", "Accept", "text/event-stream")))
                .isEqualTo(SSE);
    }
}
