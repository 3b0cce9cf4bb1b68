package dev.sluice.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.server.http.Refused;
import dev.sluice.server.http.Requests;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class NegotiationTest {
    record Client(String name, String accept, Transport expected) {
        @Override
        public String toString() {
            return name;
        }
    }

    /// What clients send when nobody tells them otherwise, and for events.
    static Stream<Client> clients() {
        return Stream.of(
                new Client("curl", "*/*", Transport.POLL),
                new Client("wget", "*/*", Transport.POLL),
                new Client("python-requests", "*/*", Transport.POLL),
                new Client("httpx", "*/*", Transport.POLL),
                new Client("Go's net/http", null, Transport.POLL),
                new Client("java.net.http", null, Transport.POLL),
                new Client("OkHttp", null, Transport.POLL),
                new Client("okhttp-sse", "text/event-stream", Transport.SSE),
                new Client("LaunchDarkly's EventSource", "text/event-stream", Transport.SSE),
                new Client("HttpURLConnection", "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", Transport.PAGE),
                new Client("HttpURLConnection of late", "*/*", Transport.POLL),
                new Client("Jersey's SSE", "text/event-stream", Transport.SSE),
                new Client("Jersey, JSON", "application/json", Transport.POLL),
                new Client("Spring's WebClient", "text/event-stream,application/json;q=0.9", Transport.SSE),
                new Client("Spring's RestTemplate", "application/json, application/*+json", Transport.POLL),
                new Client("axios", "application/json, text/plain, */*", Transport.POLL),
                new Client("fetch", "*/*", Transport.POLL),
                new Client("undici", "*/*", Transport.POLL),
                new Client("jQuery's getJSON", "application/json, text/javascript, */*; q=0.01", Transport.POLL),
                new Client("EventSource", "text/event-stream", Transport.SSE),
                new Client("npm eventsource", "text/event-stream", Transport.SSE),
                new Client("fetch-event-source", "text/event-stream", Transport.SSE),
                new Client(
                        "Chromium, typed in",
                        "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,"
                                + "application/signed-exchange;v=b3;q=0.7",
                        Transport.PAGE),
                new Client(
                        "Firefox, typed in",
                        "text/html,application/xhtml+xml,application/xml;q=0.9,image/png,image/svg+xml,*/*;q=0.8",
                        Transport.PAGE),
                new Client(
                        "Safari, typed in",
                        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
                        Transport.PAGE),
                new Client(
                        "lynx",
                        "text/html, text/plain, text/sgml, text/css, application/xhtml+xml, */*;q=0.01",
                        Transport.PAGE),
                new Client("HTTPie, JSON", "application/json, */*;q=0.5", Transport.POLL),
                new Client("Accept of MCP's clients", "application/json, text/event-stream", Transport.SSE));
    }

    @ParameterizedTest
    @MethodSource("clients")
    void knowsWhatClientsMean(Client client) {
        var request = client.accept == null
                ? Requests.get("/channels/x")
                : Requests.get("/channels/x", "Accept", client.accept);
        assertThat(Negotiation.of(request)).isEqualTo(client.expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    application/x-ndjson                               | NDJSON
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
    void choosesByQualityThenByOrder(String accept, Transport expected) {
        assertThat(Negotiation.of(Requests.get("/channels/x", "Accept", accept)))
                .isEqualTo(expected);
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
    void refusesWhereNothingIsLeft(String accept) {
        var request = Requests.get("/channels/x", "Accept", accept);
        assertThat(catchThrowableOfType(Refused.class, () -> Negotiation.of(request))
                        .problem()
                        .status())
                .isEqualTo(406);
    }

    @ParameterizedTest
    @CsvSource({"sse,SSE", "ndjson,NDJSON", "text,TEXT", "json,POLL", "html,PAGE"})
    void doesAsTheUrlSays(String as, Transport expected) {
        assertThat(Negotiation.of(Requests.get("/channels/x?as=" + as, "Accept", "image/png")))
                .isEqualTo(expected);
    }

    @Test
    void refusesToBeAskedForAnotherWord() {
        for (String as : new String[] {"ws", "SSE", "", "poll"}) {
            var problem = catchThrowableOfType(
                            Refused.class, () -> Negotiation.of(Requests.get("/channels/x?as=" + as)))
                    .problem();
            assertThat(problem.status()).isEqualTo(400);
            assertThat(problem.detail()).contains("'html' or 'json' or 'ndjson' or 'sse' or 'text'");
        }
    }

    @Test
    void waitsOnlyWhereTheUrlSaysHowLong() {
        assertThat(Negotiation.of(Requests.get("/channels/x?wait=10"))).isEqualTo(Transport.LONG_POLL);
        assertThat(Negotiation.of(Requests.get("/channels/x?wait=0"))).isEqualTo(Transport.POLL);
        assertThat(Negotiation.of(Requests.get("/channels/x?wait=10&as=sse"))).isEqualTo(Transport.SSE);
    }

    @Test
    void putsAnUpgradeFirst() {
        assertThat(Negotiation.of(Requests.get(
                        "/channels/x?as=sse",
                        "Upgrade",
                        "WebSocket",
                        "Connection",
                        "keep-alive, Upgrade",
                        "Accept",
                        "text/html")))
                .isEqualTo(Transport.WEBSOCKET);
        // What java.net.http offers with each request is none of ours.
        assertThat(Negotiation.of(Requests.get(
                        "/channels/x",
                        "Upgrade",
                        "h2c",
                        "Connection",
                        "Upgrade, HTTP2-Settings",
                        "Accept",
                        "text/event-stream")))
                .isEqualTo(Transport.SSE);
        assertThat(Negotiation.of(Requests.get("/channels/x", "Upgrade", "websocket")))
                .isEqualTo(Transport.POLL);
    }

    @Test
    void readsSeveralAcceptHeadersAsOne() {
        assertThat(Negotiation.of(Requests.get("/channels/x", "Accept", "text/plain", "Accept", "text/event-stream")))
                .isEqualTo(Transport.SSE);
    }
}
