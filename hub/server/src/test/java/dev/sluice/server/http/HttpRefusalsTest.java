package dev.sluice.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.HttpTestServer;
import dev.sluice.server.http.head.Method;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.Status;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// All ways in which a request can be invalid, independently of its route.
final class HttpRefusalsTest {
    private static final Route OK = exchange -> exchange.answer(ServerResponse.text(Status.OK, "fine"));

    @AutoClose
    private static final HttpTestServer SERVER =
            HttpTestServer.of(new Router().on(Method.GET, "/", OK).on(Method.POST, "/x/**", OK));

    /// @param request with `|` for line ends
    /// @param ends    whether the connection ends after the answer
    record Row(String why, String request, int status, String type, boolean ends) {
        @Override
        public String toString() {
            return status + " " + why;
        }
    }

    private static Row last(String why, String request, int status, String type) {
        return new Row(why, request, status, type, true);
    }

    private static Row goesOn(String why, String request, int status, String type) {
        return new Row(why, request, status, type, false);
    }

    static Stream<Row> rows() {
        String host = "|Host: localhost|";
        String bad = "bad-request";
        return Stream.of(
                last("no HTTP at all", "hello there|", 400, bad),
                last("no version", "GET /|" + host + "|", 400, bad),
                last("a version that is none", "GET / HTTP/one" + host + "|", 400, bad),
                last("HTTP/0.9", "GET / HTTP/0.9" + host + "|", 505, "http-version"),
                last("HTTP/2 without asking", "PRI * HTTP/2.0||SM||", 505, "http-version"),
                last("the version in lower case", "GET / http/1.1" + host + "|", 400, bad),
                last("HTTP/1.2", "GET / HTTP/1.2" + host + "|", 505, "http-version"),
                last("a bare LF", "GET / HTTP/1.1\nHost: localhost\n\n", 400, bad),
                last("a blank in the target", "GET /a b HTTP/1.1" + host + "|", 400, bad),
                last("a method that is no word", "G(T / HTTP/1.1" + host + "|", 400, bad),
                last("a blank before the colon", "GET / HTTP/1.1|Host : localhost||", 400, bad),
                last("a header without a name", "GET / HTTP/1.1" + host + ": x||", 400, bad),
                last("a header without a colon", "GET / HTTP/1.1" + host + "nonsense||", 400, bad),
                last("a control character in a header", "GET / HTTP/1.1" + host + "X: a\u0001b||", 400, bad),
                last("a NUL in a header", "GET / HTTP/1.1" + host + "X: a\u0000b||", 400, bad),
                last(
                        "a long request line",
                        "GET /" + "x".repeat(16 << 10) + " HTTP/1.1" + host + "|",
                        414,
                        "target-too-long"),
                last(
                        "a long header",
                        "GET / HTTP/1.1" + host + "X: " + "x".repeat(16 << 10) + "||",
                        431,
                        "headers-too-large"),
                last("many headers", "GET / HTTP/1.1" + host + "X: y|".repeat(5000) + "|", 431, "headers-too-large"),
                last(
                        "length and chunks",
                        "POST /x/y HTTP/1.1" + host + "Content-Length: 3|Transfer-Encoding: chunked||0||",
                        400,
                        bad),
                last(
                        "chunks and length",
                        "POST /x/y HTTP/1.1" + host + "Transfer-Encoding: chunked|Content-Length: 3||0||",
                        400,
                        bad),
                last("two lengths", "POST /x/y HTTP/1.1" + host + "Content-Length: 3|Content-Length: 4||abc", 400, bad),
                last(
                        "the same length twice",
                        "POST /x/y HTTP/1.1" + host + "Content-Length: 3|Content-Length: 3||abc",
                        400,
                        bad),
                last("a list of lengths", "POST /x/y HTTP/1.1" + host + "Content-Length: 3, 3||abc", 400, bad),
                last("a length with a sign", "POST /x/y HTTP/1.1" + host + "Content-Length: +3||abc", 400, bad),
                last("a negative length", "POST /x/y HTTP/1.1" + host + "Content-Length: -3||abc", 400, bad),
                last("a length in words", "POST /x/y HTTP/1.1" + host + "Content-Length: three||abc", 400, bad),
                last(
                        "an endless length",
                        "POST /x/y HTTP/1.1" + host + "Content-Length: 99999999999999999999||",
                        400,
                        bad),
                last("another coding", "POST /x/y HTTP/1.1" + host + "Transfer-Encoding: gzip||", 400, bad),
                last(
                        "a coding before chunks",
                        "POST /x/y HTTP/1.1" + host + "Transfer-Encoding: gzip, chunked||0||",
                        400,
                        bad),
                last(
                        "a coding behind chunks",
                        "POST /x/y HTTP/1.1" + host + "Transfer-Encoding: chunked, gzip||0||",
                        400,
                        bad),
                last(
                        "chunks twice",
                        "POST /x/y HTTP/1.1" + host + "Transfer-Encoding: chunked|Transfer-Encoding: chunked||0||",
                        400,
                        bad),
                last("chunks misspelled", "POST /x/y HTTP/1.1" + host + "Transfer-Encoding: xchunked||0||", 400, bad),
                last(
                        "chunks on a folded line",
                        "POST /x/y HTTP/1.1" + host + "Transfer-Encoding:| gzip, chunked||0||",
                        400,
                        bad),
                last("chunks in HTTP/1.0", "POST /x/y HTTP/1.0" + host + "Transfer-Encoding: chunked||0||", 400, bad),
                last(
                        "a draft's handshake with its hidden body",
                        "GET / HTTP/1.1" + host + "Sec-WebSocket-Key1: 1|Sec-WebSocket-Key2: 2||12345678",
                        400,
                        bad),
                last("another expectation", "GET / HTTP/1.1" + host + "Expect: miracles||", 417, "expectation-failed"),
                goesOn("no host", "GET / HTTP/1.1||", 400, bad),
                goesOn("two hosts", "GET / HTTP/1.1|Host: localhost|Host: evil||", 400, bad),
                goesOn("a host that is none", "GET / HTTP/1.1|Host: local host||", 400, bad),
                goesOn("a host with a path", "GET / HTTP/1.1|Host: localhost/x||", 400, bad),
                goesOn("a host with a user", "GET / HTTP/1.1|Host: a@localhost||", 400, bad),
                goesOn("a foreign host", "GET / HTTP/1.1|Host: evil.example||", 403, "host-refused"),
                goesOn("a host that looks alike", "GET / HTTP/1.1|Host: localhost.evil.example||", 403, "host-refused"),
                goesOn("an empty host", "GET / HTTP/1.1|Host:||", 403, "host-refused"),
                goesOn(
                        "a foreign host in the target",
                        "GET http://evil.example/ HTTP/1.1" + host + "|",
                        403,
                        "host-refused"),
                goesOn(
                        "a foreign host in HTTP/1.0",
                        "GET / HTTP/1.0|Host: evil.example|Connection: keep-alive||",
                        403,
                        "host-refused"),
                goesOn(
                        "a foreign origin",
                        "GET / HTTP/1.1" + host + "Origin: https://evil.example||",
                        403,
                        "origin-refused"),
                goesOn("no origin at all", "GET / HTTP/1.1" + host + "Origin: null||", 403, "origin-refused"),
                goesOn(
                        "two origins",
                        "GET / HTTP/1.1" + host + "Origin: http://localhost|Origin: http://evil.example||",
                        403,
                        "origin-refused"),
                goesOn("a fragment", "GET /#x HTTP/1.1" + host + "|", 400, bad),
                goesOn("no path", "GET x HTTP/1.1" + host + "|", 400, bad),
                goesOn("a tunnel", "CONNECT localhost:80 HTTP/1.1" + host + "|", 400, bad),
                goesOn("broken percent-encoding", "GET /%zz HTTP/1.1" + host + "|", 400, bad),
                goesOn("half of percent-encoding", "GET /%2 HTTP/1.1" + host + "|", 400, bad),
                goesOn("percent-encoding of no UTF-8", "GET /%ff HTTP/1.1" + host + "|", 400, bad),
                goesOn("overlong UTF-8", "GET /%c0%af HTTP/1.1" + host + "|", 400, bad),
                goesOn("a broken query", "GET /?x=%zz HTTP/1.1" + host + "|", 400, "bad-parameter"),
                goesOn(
                        "too many parameters",
                        "GET /?" + "_x&".repeat(256) + "_x HTTP/1.1" + host + "|",
                        400,
                        "bad-parameter"),
                goesOn(
                        "too many headers",
                        "GET / HTTP/1.1" + host + "X: y|".repeat(100) + "|",
                        431,
                        "headers-too-large"),
                goesOn("nothing there", "GET /nothing HTTP/1.1" + host + "|", 404, "not-found"),
                goesOn("a method for another path", "DELETE /x/y HTTP/1.1" + host + "|", 405, "method-not-allowed"),
                goesOn("a method nobody knows", "FROBNICATE / HTTP/1.1" + host + "|", 405, "method-not-allowed"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void refuses(Row row) {
        try (var client = SERVER.raw()) {
            client.send(row.request.replace("|", "\r\n"));
            String head = client.until("\r\n\r\n");
            assertThat(head)
                    .startsWith("HTTP/1.1 " + row.status + " ")
                    .containsIgnoringCase("content-type: application/problem+json\r\n")
                    .containsIgnoringCase("cache-control: no-store\r\n")
                    .containsIgnoringCase("x-content-type-options: nosniff\r\n")
                    .containsIgnoringCase(
                            "vary: Accept, Accept-Encoding, Origin, Authorization, Cookie, Last-Event-ID\r\n")
                    .containsIgnoringCase("date: ");
            assertThat(client.until("}\n"))
                    .contains("\"type\":\"/problems/" + row.type + "\"")
                    .contains("\"title\":\"")
                    .contains("\"status\":" + row.status)
                    .contains("\"detail\":\"");
            if (row.ends) {
                assertThat(head).containsIgnoringCase("connection: close\r\n");
                assertThat(client.rest()).isEmpty();
            } else {
                client.get("/").until("fine");
            }
        }
    }

    @Test
    void listsTheAllowedMethods() {
        assertThat(SERVER.get("/x/y").headers().firstValue("Allow")).contains("OPTIONS, POST");
        try (var client = SERVER.raw()) {
            client.send("OPTIONS / HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(client.until("\r\n\r\n"))
                    .startsWith("HTTP/1.1 204 ")
                    .containsIgnoringCase("allow: GET, HEAD, OPTIONS\r\n");
            client.send("OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(client.until("\r\n\r\n")).startsWith("HTTP/1.1 204 ");
        }
    }

    @Test
    void acceptsUnusualValidRequests() {
        try (var client = SERVER.raw()) {
            client.send("GET http://LOCALHOST:80/?_=1 HTTP/1.1\r\nHost: evil.example\r\n\r\n")
                    .until("fine");
            client.send("\r\nGET / HTTP/1.1\r\nHost: LocalHost:1234\r\n\r\n").until("fine");
            client.send("GET / HTTP/1.1\r\nhOST: [::1]:8420\r\n\r\n").until("fine");
            client.send("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: folded\r\n once\r\n\r\n")
                    .until("fine");
            client.send("GET /?" + "_x&".repeat(255) + "_x HTTP/1.1\r\nHost: localhost\r\n" + "X: y\r\n".repeat(99)
                            + "\r\n")
                    .until("fine");
        }
    }

    @Test
    void refusesABrokenChunkInTheMiddleOfABody() {
        Route reading = exchange -> exchange.body(new BodyReader() {
            @Override
            public void data(java.nio.ByteBuffer part) {}

            @Override
            public void end() {
                exchange.answer(ServerResponse.text(Status.OK, "complete"));
            }

            @Override
            public void failed(Problem problem) {
                exchange.refuse(problem);
            }
        });
        try (var server = HttpTestServer.of(reading)) {
            for (String broken :
                    new String[] {"zz\r\n", "-1\r\n", "5\r\nhelloXX", "3;a=\"\n\r\nabc\r\n", "ffffffffff\r\n"}) {
                try (var client = server.raw()) {
                    client.send("POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n"
                            + broken);
                    assertThat(client.rest()).startsWith("HTTP/1.1 400 ").contains("/problems/bad-request");
                }
            }
        }
    }
}
