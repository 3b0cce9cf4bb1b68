package dev.sluice.server.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.event.Content;
import dev.sluice.core.event.Event;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PublishTest {
    private PublishServer server = PublishServer.start();

    @AfterEach
    void close() {
        server.close();
    }

    private static String id(String body) {
        assertThat(body).matches("\\{\"id\":\"[A-Za-z0-9-]+\",\"channel\":\"[^\"]*\"}");
        return body.replaceAll(".*\"id\":\"([^\"]*)\".*", "$1");
    }

    @Test
    void putsTheBodyIntoTheLogAndTellsItsId() {
        var answer = server.post("/channels/chat%2F7?type=said&key=alice", "hello, 世界");
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        Event event = server.only("chat/7");
        assertThat(answer.body()).isEqualTo("{\"id\":\"" + event.id() + "\",\"channel\":\"chat/7\"}");
        assertThat(event.type()).isEqualTo("said");
        assertThat(event.key()).isEqualTo("alice");
        assertThat(event.from()).isNull();
        assertThat(event.content().kind()).isEqualTo(Content.Kind.TEXT);
        assertThat(event.content().bytes()).asString(StandardCharsets.UTF_8).isEqualTo("hello, 世界");
    }

    @Test
    void isOfTypeMessageAndAboutNothingIfNobodySaysOtherwise() {
        server.post("/channels/x", "");
        assertThat(server.only("x").type()).isEqualTo("message");
        assertThat(server.only("x").key()).isNull();
        assertThat(server.only("x").content().bytes()).isEmpty();
    }

    @Test
    void takesWhatCurlSends() {
        try (var client = server.raw()) {
            // curl -d hello
            client.send("POST /channels/a HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\nContent-Length: 5\r\n"
                            .concat("Content-Type: application/x-www-form-urlencoded\r\n\r\nhello"))
                    .until("\"channel\":\"a\"}");
            // curl -T -
            client.send("PUT /channels/b HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
                            .concat("Expect: 100-continue\r\n\r\n"))
                    .until("HTTP/1.1 100 Continue\r\n\r\n");
            client.send("3\r\nabc\r\n0\r\n\r\n").until("\"channel\":\"b\"}");
            // A request of HTTP/1.0 without a body.
            client.send("POST /channels/c HTTP/1.0\r\n\r\n");
            assertThat(client.rest()).startsWith("HTTP/1.1 201 ").endsWith("\"channel\":\"c\"}");
        }
        assertThat(server.texts("a")).containsExactly("hello");
        assertThat(server.texts("b")).containsExactly("abc");
        assertThat(server.texts("c")).containsExactly("");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    application/x-www-form-urlencoded | TEXT   | text/plain
                    text/plain                        | TEXT   | text/plain
                    text/html; charset=UTF-8          | TEXT   | text/html
                    TEXT/CSV;charset="utf-8"          | TEXT   | text/csv
                    application/json                  | JSON   | application/json
                    application/json; charset=utf-8   | JSON   | application/json
                    application/cloudevents+json      | JSON   | application/cloudevents+json
                    application/octet-stream          | BINARY | application/octet-stream
                    image/png                         | BINARY | image/png
                    application/xml; charset=utf-16   | BINARY | application/xml; charset=utf-16
                    application/x-ndjson              | BINARY | application/x-ndjson
                    """)
    void keepsDataAsItsContentTypeSays(String contentType, Content.Kind kind, String kept) {
        assertThat(server.post("/channels/x", "[1, 2]\n", "Content-Type", contentType)
                        .statusCode())
                .isEqualTo(201);
        Content content = server.only("x").content();
        assertThat(content.kind()).isEqualTo(kind);
        assertThat(content.type()).isEqualTo(kept);
        assertThat(content.bytes()).asString(StandardCharsets.UTF_8).isEqualTo("[1, 2]\n"); // The very bytes.
    }

    @Test
    void keepsAnyBytesAsBinary() {
        byte[] bytes = new byte[256];
        for (int i = 0; i < 256; i++) bytes[i] = (byte) i;
        server.post("/channels/x", bytes, "Content-Type", "application/octet-stream");
        assertThat(server.only("x").content().bytes()).isEqualTo(bytes);
    }

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
        try (var client = server.raw()) { // Java's client would not send such paths.
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
    void refusesHeadersThatSpeakTwice() {
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
    void refusesTextThatIsNoUtf8AndSaysWhere() {
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
    void takesJsonOfSixtyFourLevelsAndNoMore() {
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
    void takesAnEventOfOneMebibyteAndNoMore() {
        byte[] largest = new byte[1 << 20];
        assertThat(server.post("/channels/x", largest, "Content-Type", "a/b").statusCode())
                .isEqualTo(201);
        try (var client = server.raw()) {
            // Refused by its head: the client is not even told to continue.
            client.send(
                    "POST /channels/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1048577\r\nExpect: 100-continue\r\n\r\n");
            assertThat(client.rest()).startsWith("HTTP/1.1 413 ").contains("1048577 bytes", "1048576 at most");
        }
        try (var client = server.raw()) {
            client.send("POST /channels/x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n100001\r\n");
            client.send(new byte[(1 << 20) + 1]);
            assertThat(client.rest()).startsWith("HTTP/1.1 413 ").contains("/problems/too-large");
        }
        assertThat(server.entries("x")).hasSize(1);
    }

    @Test
    void holdsNoMoreThanItsShareOfMemory() {
        server.close();
        server = new PublishServer(new PublishSettings(1 << 20, 1000, 8 << 20, 1000, 256, 1 << 20));
        server.hold();
        try (var first = server.raw();
                var second = server.raw()) {
            first.send("POST /channels/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\n\r\n" + "a".repeat(900));
            PublishServer.Held waiting = server.next();
            assertThat(server.underWayBytes()).isEqualTo(900);
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

    @Test
    void endsAChannelBehindAnEventOrAlone() {
        assertThat(server.post("/channels/a?close=true", "last words").statusCode())
                .isEqualTo(201);
        assertThat(server.texts("a")).containsExactly("last words", "END");
        var answer = server.post("/channels/b?close=true", "", "Content-Type", "application/json");
        assertThat(id(answer.body()))
                .isEqualTo(server.entries("b").getFirst().id().text());
        assertThat(server.texts("b")).containsExactly("END");
    }

    @Test
    void refusesToPublishBehindTheEnd() {
        server.post("/channels/a?close=true", "");
        var answer = server.post("/channels/a", "too late");
        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(answer.body()).contains("/problems/ended");
        assertThat(server.send("DELETE", "/channels/a").statusCode()).isEqualTo(204);
        assertThat(server.post("/channels/a", "anew").statusCode()).isEqualTo(201);
    }

    @Test
    void removesAKeyWithOrWithoutLastWords() {
        server.post("/channels/a?key=k&remove=true", "");
        assertThat(server.only("a").isKeyEnd()).isTrue();
        server.post("/channels/b?key=k&remove=true", "{\"gone\":true}", "Content-Type", "application/json");
        assertThat(server.only("b").isKeyEnd()).isTrue();
        assertThat(server.texts("b")).containsExactly("{\"gone\":true}");
        server.post("/channels/c?key=k&remove=true&close=true", "", "Content-Type", "application/json");
        assertThat(server.texts("c")).containsExactly("", "END");
    }

    @Test
    void givesARepetitionTheFirstAnswer() {
        String[] once = {"Idempotency-Key", "order-66"};
        var first = server.post("/channels/a", "x", once);
        var again = server.post("/channels/a", "x", once);
        assertThat(first.headers().firstValue("Idempotent-Replay")).isEmpty();
        assertThat(again.statusCode()).isEqualTo(201);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.headers().firstValue("Idempotent-Replay")).contains("true");
        server.only("a");
        // The key counts for its channel.
        assertThat(server.post("/channels/b", "x", once).headers().firstValue("Idempotent-Replay"))
                .isEmpty();
    }

    @Test
    void refusesAKeyThatWasUsedForSomethingElse() {
        server.post("/channels/a?type=t", "1", "Idempotency-Key", "k");
        String[][] others = {
            {"/channels/a?type=t", "2"},
            {"/channels/a", "1"},
            {"/channels/a?type=t&key=q", "1"},
            {"/channels/a?type=t&close=true", "1"},
            {"/channels/a?type=t", "1", "Content-Type", "application/json"},
            {"/channels/a?type=t", "1", "If-None-Match", "*"},
            {"/channels/a?type=t", "1", "If-Match", "\"a-1\""}
        };
        for (String[] other : others) {
            String[] headers = new String[other.length];
            System.arraycopy(other, 2, headers, 0, other.length - 2);
            headers[other.length - 2] = "Idempotency-Key";
            headers[other.length - 1] = "k";
            var answer = server.post(other[0], other[1], headers);
            assertThat(answer.statusCode()).as(String.join(" ", other)).isEqualTo(422);
            assertThat(answer.body()).contains("/problems/key-reused");
        }
        // What changes nothing does not count.
        assertThat(server.post("/channels/a?_=7&type=t", "1", "Idempotency-Key", "k")
                        .statusCode())
                .isEqualTo(201);
    }

    @Test
    void looksAtTheKeyBeforeConditionsAndTheEnd() {
        String[] once = {"If-None-Match", "*", "Idempotency-Key", "k"};
        var first = server.post("/channels/a", "x", once);
        assertThat(server.post("/channels/a", "x", once).body()).isEqualTo(first.body());
        server.end("a");
        assertThat(server.post("/channels/a", "x", once).body()).isEqualTo(first.body());
        assertThat(server.post("/channels/a", "y").statusCode()).isEqualTo(409);
    }

    @Test
    void remembersOnlySuccesses() {
        String[] once = {"If-None-Match", "*", "Idempotency-Key", "k"};
        server.post("/channels/a", "in the way");
        assertThat(server.post("/channels/a", "x", once).statusCode()).isEqualTo(412);
        server.send("DELETE", "/channels/a");
        var answer = server.post("/channels/a", "x", once);
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.headers().firstValue("Idempotent-Replay")).isEmpty();
    }

    @Test
    void placesOnlyBehindTheNewestEventThatThePublisherKnows() {
        String first = id(server.post("/channels/a", "1", "If-None-Match", "*").body());
        String second = id(
                server.post("/channels/a", "2", "If-Match", "\"" + first + "\"").body());
        for (String[] condition : new String[][] {{"If-Match", "\"" + first + "\""}, {"If-None-Match", "*"}}) {
            var answer = server.post("/channels/a", "3", condition);
            assertThat(answer.statusCode()).isEqualTo(412);
            assertThat(answer.headers().firstValue("Sluice-Latest")).contains(second);
            assertThat(answer.body()).contains("/problems/newest-differs", second);
        }
        var none = server.post("/channels/empty", "1", "If-Match", "\"" + first + "\"");
        assertThat(none.statusCode()).isEqualTo(412);
        assertThat(none.headers().firstValue("Sluice-Latest")).isEmpty();
        assertThat(server.texts("a")).containsExactly("1", "2");
    }

    @Test
    void answersOnlyOnceTheLogHasIt() {
        server.hold();
        try (var client = server.raw()) {
            client.send("POST /channels/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nx");
            PublishServer.Held waiting = server.next();
            assertThat(client.hasNothing()).isTrue();
            waiting.acknowledge().run();
            assertThat(client.until("}")).startsWith("HTTP/1.1 201 ");
        }
    }

    @Test
    void saysSoIfTheLogCanNotKeepItsPromise() {
        server.fail();
        var answer = server.post("/channels/a", "x");
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body())
                .contains("/problems/failed", "Idempotency-Key")
                .doesNotContain("disk");
    }

    @Test
    void forgetsAClientThatLeavesBeforeItsAnswer() {
        server.hold();
        PublishServer.Held waiting;
        try (var client = server.raw()) {
            client.send("POST /channels/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nx");
            waiting = server.next();
        }
        waiting.acknowledge().run();
        assertThat(server.texts("a")).containsExactly("x");
    }
}
