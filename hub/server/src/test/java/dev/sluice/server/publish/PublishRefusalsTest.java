package dev.sluice.server.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.budget.Budget;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Refused publishes and their problems.
final class PublishRefusalsTest {
    @AutoClose
    private PublishServer server = PublishServer.start();

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    /channels/x                   | text/plain; charset=latin1 | a      | 415 | unsupported-type   | Content-Type
                    /channels/x                   | application/json; charset=utf-16 | 1 | 415 | unsupported-type  | Content-Type
                    /channels/x                   | text                       | a      | 400 | bad-header         | Content-Type
                    /channels/x                   | */*                        | a      | 400 | bad-header         | Content-Type
                    /channels/x                   | a/b; x=1; x=2              | a      | 400 | bad-header         | Content-Type
                    /channels/x                   | application/json           | {      | 400 | bad-data           |
                    /channels/x                   | application/json           | ``     | 400 | bad-data           |
                    /channels/x                   | application/json           | 1 2    | 400 | bad-data           |
                    /channels/x                   | application/json           | {"a":1}} | 400 | bad-data         |
                    /channels/x                   | application/json           | 'a'    | 400 | bad-data           |
                    /channels/x                   | application/json           | {a:1}  | 400 | bad-data           |
                    /channels/x                   | application/json           | [1,]   | 400 | bad-data           |
                    /channels/x                   | application/json           | 01     | 400 | bad-data           |
                    /channels/x                   | application/json           | NaN    | 400 | bad-data           |
                    /channels/x                   | application/json           | "\\x"  | 400 | bad-data           |
                    /channels/x                   | application/json           | /**/1  | 400 | bad-data           |
                    /channels/x?type=             | text/plain                 | a      | 400 | bad-parameter      | type
                    /channels/x?type=sluice.gap   | text/plain                 | a      | 400 | bad-parameter      | type
                    /channels/x?type=error        | text/plain                 | a      | 400 | bad-parameter      | type
                    /channels/x?type=open         | text/plain                 | a      | 400 | bad-parameter      | type
                    /channels/x?type=a,b          | text/plain                 | a      | 400 | bad-parameter      | type
                    /channels/x?type=a%0Ab        | text/plain                 | a      | 400 | bad-parameter      | type
                    /channels/x?key=              | text/plain                 | a      | 400 | bad-parameter      | key
                    /channels/x?key=%01           | text/plain                 | a      | 400 | bad-parameter      | key
                    /channels/x?remove=true       | text/plain                 | a      | 400 | bad-parameter      | remove
                    /channels/x?close=yes         | text/plain                 | a      | 400 | bad-parameter      | close
                    /channels/x?close=true&close=true | text/plain             | a      | 400 | bad-parameter      | close
                    /channels/x?colse=true        | text/plain                 | a      | 400 | unknown-parameter  | colse
                    /channels/x?split=word        | text/plain                 | a      | 400 | bad-parameter      | split
                    /channels/x?split=line&key=k&remove=true | text/plain      | a      | 400 | bad-parameter      | remove
                    /channels/x?split=chunk       | application/json           | 1      | 400 | bad-parameter      | split
                    /channels/$sys/x              | text/plain                 | a      | 403 | reserved-name      | path
                    /channels/a/$b                | text/plain                 | a      | 403 | reserved-name      | path
                    /channels/                    | text/plain                 | a      | 400 | bad-name           | path
                    /channels/a/                  | text/plain                 | a      | 400 | bad-name           | path
                    /channels/a//b                | text/plain                 | a      | 400 | bad-name           | path
                    /channels/a/../b              | text/plain                 | a      | 400 | bad-name           | path
                    /channels/a/%2E%2E            | text/plain                 | a      | 400 | bad-name           | path
                    /channels/a*                  | text/plain                 | a      | 400 | bad-name           | path
                    /channels/%00                 | text/plain                 | a      | 400 | bad-name           | path
                    """)
    void refuses(String path, String contentType, String body, int status, String type, String field) {
        try (var client = server.raw()) { // Java's client refuses to send such paths.
            client.send("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + contentType
                    + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
            assertThat(client.until("\r\n\r\n")).startsWith("HTTP/1.1 " + status + " ");
            String problem = client.until("}");
            assertThat(problem).contains("\"type\":\"/problems/" + type + "\"");
            if (field == null) assertThat(problem).doesNotContain("\"field\"");
            else assertThat(problem).contains("\"field\":\"" + field + "\"");
        }
        assertThat(server.entries("**")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    Idempotency-Key: a b                  | 400 | bad-header
                    Idempotency-Key: é                    | 400 | bad-header
                    Idempotency-Key:                      | 400 | bad-header
                    If-Match: k3f-1                       | 400 | bad-header
                    If-Match: *                           | 400 | bad-header
                    If-Match: W/"k3f-1"                   | 400 | bad-header
                    If-Match: "a-1", "a-2"                | 400 | bad-header
                    If-Match: ""                          | 400 | bad-header
                    If-None-Match: "k3f-1"                | 400 | bad-header
                    Content-Encoding: gzip                | 415 | unsupported-type
                    Content-Range: bytes 0-0/1            | 400 | bad-header
                    """)
    void refusesHeaders(String header, int status, String type) {
        try (var client = server.raw()) {
            client.send("POST /channels/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n" + header + "\r\n\r\na");
            assertThat(client.until("\r\n\r\n")).startsWith("HTTP/1.1 " + status + " ");
            assertThat(client.until("}"))
                    .contains("\"type\":\"/problems/" + type + "\"")
                    .contains("\"field\":\"" + header.substring(0, header.indexOf(':')) + "\"");
        }
        assertThat(server.entries("**")).isEmpty();
    }

    @Test
    void refusesRepeatedHeaders() {
        for (String header : new String[] {"Idempotency-Key: a", "Content-Type: text/plain", "If-Match: \"a-1\""}) {
            try (var client = server.raw()) {
                client.send("POST /channels/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n" + header + "\r\n"
                        + header + "\r\n\r\n");
                assertThat(client.until("}")).startsWith("HTTP/1.1 400 ").contains("may be given once only");
            }
        }
        assertThat(server.post("/channels/x", "", "If-Match", "\"a-1\"", "If-None-Match", "*")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void refusesInvalidUtf8AndReportsWhere() {
        byte[] bytes = {'a', 'b', (byte) 0xE4, 'c'};
        for (String type : new String[] {"text/plain", "application/json"}) {
            var answer = server.post("/channels/x", bytes, "Content-Type", type);
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).contains("/problems/bad-data", "from byte 2 on");
        }
        byte[] utf16 = "{\"a\":1}".getBytes(StandardCharsets.UTF_16BE);
        assertThat(server.post("/channels/x", utf16, "Content-Type", "application/json")
                        .statusCode())
                .isEqualTo(400);
        byte[] marked = "\uFEFF1".getBytes(StandardCharsets.UTF_8);
        assertThat(server.post("/channels/x", marked, "Content-Type", "application/json")
                        .body())
                .contains("byte order mark");
        assertThat(server.entries("**")).isEmpty();
    }

    @Test
    void acceptsJsonOfAtMostSixtyFourLevels() {
        String deepest = "[".repeat(64) + "]".repeat(64);
        assertThat(server.post("/channels/x", deepest, "Content-Type", "application/json")
                        .statusCode())
                .isEqualTo(201);
        assertThat(server.post("/channels/x", "[" + deepest + "]", "Content-Type", "application/json")
                        .body())
                .contains("/problems/bad-data");
        assertThat(server.post(
                                "/channels/x",
                                "{\"a\":".repeat(64) + "[]" + "}".repeat(64),
                                "Content-Type",
                                "application/json")
                        .statusCode())
                .isEqualTo(400);
        assertThat(server.post("/channels/x", "9".repeat(1000), "Content-Type", "application/json")
                        .statusCode())
                .isEqualTo(201);
        assertThat(server.post("/channels/x", "9".repeat(1001), "Content-Type", "application/json")
                        .body())
                .contains("1000");
    }

    @Test
    void acceptsEventsOfAtMostOneMebibyte() {
        byte[] largest = new byte[1 << 20];
        assertThat(server.post("/channels/x", largest, "Content-Type", "a/b").statusCode())
                .isEqualTo(201);
        try (var client = server.raw()) {
            // Refused by its head, without `100 Continue`.
            client.send(
                    "POST /channels/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1048577\r\nExpect: 100-continue\r\n\r\n");
            assertThat(client.rest()).startsWith("HTTP/1.1 413 ").contains("1048577 bytes", "at most 1048576");
        }
        try (var client = server.raw()) {
            client.send("POST /channels/x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n100001\r\n");
            client.send(new byte[(1 << 20) + 1]);
            assertThat(client.rest()).startsWith("HTTP/1.1 413 ").contains("/problems/too-large");
        }
        assertThat(server.entries("x")).hasSize(1);
    }

    @Test
    void refusesChannelsBeyondTheLimitAndNamesTheSetting() {
        server.close();
        server = PublishServer.withChannels(1);
        try (var client = server.raw()) {
            client.send("POST /channels/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\n1");
            client.until("\"channel\":\"a\"}\n");
            client.send("POST /channels/b HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\n1");
            assertThat(client.until("}\n"))
                    .startsWith("HTTP/1.1 503 ")
                    .containsIgnoringCase("retry-after: 60\r\n")
                    .contains("/problems/full", "channels_max");
            client.send("POST /channels/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\n2");
            assertThat(client.until("}\n")).startsWith("HTTP/1.1 201 ");
        }
        assertThat(server.entries("**")).hasSize(2);
    }

    @Test
    void refusesPublishesBeyondItsBudgetOfMemory() {
        server.close();
        server = new PublishServer(
                new PublishSettings(1 << 20, 1000, 8 << 20, 1000, 256, 1 << 20, Budget.LEASES.count()));
        server.delayAppends();
        try (var first = server.raw();
                var second = server.raw()) {
            first.send("POST /channels/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\n\r\n" + "a".repeat(900));
            PublishServer.Held waiting = server.next();
            assertThat(server.inFlightBytes()).isEqualTo(900);
            second.send(
                    "POST /channels/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 101\r\n\r\n" + "b".repeat(101));
            assertThat(second.until("}"))
                    .startsWith("HTTP/1.1 503 ")
                    .containsIgnoringCase("retry-after: 1\r\n")
                    .contains("/problems/full");
            waiting.acknowledge().run();
            first.until("\"channel\":\"x\"}");
            second.send(
                    "POST /channels/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 101\r\n\r\n" + "b".repeat(101));
            server.next().acknowledge().run();
            second.until("\"channel\":\"x\"}");
        }
    }

    /// As [#refusesPublishesBeyondItsBudgetOfMemory], of a head that came before: its body is taken as a whole.
    @Test
    void refusesARepeatedRequestBeyondItsBudgetOfMemory() {
        server.close();
        server = new PublishServer(
                new PublishSettings(1 << 20, 1000, 8 << 20, 1000, 256, 1 << 20, Budget.LEASES.count()));
        String request =
                "POST /channels/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 501\r\n\r\n" + "a".repeat(501);
        try (var first = server.raw();
                var second = server.raw()) {
            for (int i = 0; i < 4; i++) { // Whichever event loop serves them.
                first.send(request);
                first.until("\"channel\":\"x\"}\n");
                second.send(request);
                second.until("\"channel\":\"x\"}\n");
            }
            server.delayAppends();
            first.send(request);
            PublishServer.Held waiting = server.next();
            assertThat(server.inFlightBytes()).isEqualTo(501);
            second.send(request);
            assertThat(second.until("}\n"))
                    .startsWith("HTTP/1.1 503 ")
                    .containsIgnoringCase("retry-after: 1\r\n")
                    .contains("/problems/full");
            assertThat(server.inFlightBytes()).isEqualTo(501);
            waiting.acknowledge().run();
            first.until("\"channel\":\"x\"}\n");
            second.send(request);
            server.next().acknowledge().run();
            second.until("\"channel\":\"x\"}\n");
        }
        server.awaitInFlight(0);
        assertThat(server.entries("x")).hasSize(10);
    }

    @Test
    void refusesARepeatedRequestThatIsTooLong() {
        server.close();
        server = new PublishServer(new PublishSettings(10, 1000, 8 << 20, 1000, 256, 1 << 20, Budget.LEASES.count()));
        String path = "POST /channels/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: ";
        try (var client = server.raw()) {
            for (int i = 0; i < 4; i++) {
                client.send(path + "11\r\n\r\n" + "a".repeat(11));
                assertThat(client.until("}\n")).startsWith("HTTP/1.1 413 ");
                client.send(path + "10\r\n\r\n" + "b".repeat(10));
                assertThat(client.until("\"channel\":\"x\"}\n")).contains("HTTP/1.1 201 ");
            }
        }
        assertThat(server.entries("x")).hasSize(4);
        server.awaitInFlight(0);
    }
}
