package dev.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A hub at its limit of connections: it answers further ones in the format of their transport.
final class ConnectionLimitTest {
    private static RawClient inside(TestServer server) {
        RawClient client = new RawClient(server);
        client.get("/channels/news", "Accept: text/event-stream").until("\r\n\r\n");
        return client;
    }

    @Test
    void letsAnEventSourceRetryRatherThanFail() {
        try (var server = TestServer.forConnections(1);
                var _ = inside(server);
                var outside = new RawClient(server)) {
            String answer =
                    outside.get("/channels/news", "Accept: text/event-stream").rest();
            assertThat(answer)
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .containsIgnoringCase("connection: close\r\n")
                    .containsPattern(
                            "retry: 5(0[5-9]|1\\d|2[0-4])\\d\n|retry: 5250\n") // Retry-After, and up to sse_retry.
                    .contains("event: sluice.error\n", "\"status\":503", "\"retry\":true");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    GET /channels/news                    | Accept: application/json
                    GET /channels/news?wait=60            | Accept: application/json
                    GET /channels/news                    | Accept: application/x-ndjson
                    GET /channels/news                    | Accept: text/plain
                    GET /channels/news                    | Accept: text/html
                    GET /channels/news?errors=status      | Accept: text/event-stream
                    GET /channels                         | Accept: application/json
                    GET /readyz                           | Accept: */*
                    HEAD /channels/news                   | Accept: */*
                    POST /channels/news                   | Content-Length: 5
                    PUT /channels/news?split=line         | Transfer-Encoding: chunked
                    """)
    void answers503ToOtherRequests(String request, String header) {
        try (var server = TestServer.forConnections(1);
                var _ = inside(server);
                var outside = new RawClient(server)) {
            String answer = outside.send(request + " HTTP/1.1\r\nHost: localhost\r\n" + header + "\r\n\r\n")
                    .rest();
            assertThat(answer)
                    .startsWith("HTTP/1.1 503 Service Unavailable\r\n")
                    .containsIgnoringCase("retry-after: 5\r\n")
                    .containsIgnoringCase("connection: close\r\n");
            if (!request.startsWith("HEAD")) assertThat(answer).contains("/problems/full");
        }
    }

    @ParameterizedTest
    @CsvSource({"/channels/news, HTTP/1.1 503", "/channels/news?errors=event, HTTP/1.1 101"})
    void reportsToAWebSocketInTheRequestedForm(String path, String answer) {
        try (var server = TestServer.forConnections(1);
                var _ = inside(server);
                var outside = new RawClient(server)) {
            outside.get(
                    path,
                    "Connection: Upgrade",
                    "Upgrade: websocket",
                    "Sec-WebSocket-Version: 13",
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
            assertThat(outside.rest()).startsWith(answer).contains("\"status\":503");
        }
    }

    @Test
    void stillRefusesPagesOfOtherOrigins() {
        try (var server = TestServer.forConnections(1);
                var _ = inside(server);
                var outside = new RawClient(server)) {
            outside.get("/channels/news", "Accept: text/event-stream", "Origin: https://elsewhere.example");
            assertThat(outside.rest()).startsWith("HTTP/1.1 403 ");
        }
    }

    /// Connections beyond those whose request is read get an answer without being read.
    @Test
    void answersOneOfManySilentConnectionsAtOnce() {
        List<RawClient> silent = new ArrayList<>();
        try (var server = TestServer.forConnections(1);
                var _ = inside(server)) {
            for (int i = 0; i < 256; i++) silent.add(new RawClient(server));
            server.awaitConnections(1 + 256); // Several event loops serve them, in any order.
            try (var one = new RawClient(server)) {
                assertThat(one.rest()).startsWith("HTTP/1.1 503 ").contains("/problems/full");
            }
        } finally {
            silent.forEach(RawClient::close);
        }
    }
}
