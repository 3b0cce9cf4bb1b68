package dev.sluice.server.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.event.Content;
import dev.sluice.core.event.ContentKind;
import dev.sluice.core.event.Event;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PublishTest {
    @AutoClose
    private final PublishServer server = PublishServer.start();

    private static String id(String body) {
        assertThat(body).matches("\\{\"id\":\"[A-Za-z0-9-]+\",\"channel\":\"[^\"]*\"}\n");
        return body.replaceAll("(?s).*\"id\":\"([^\"]*)\".*", "$1");
    }

    @Test
    void appendsTheBodyAndAnswersWithItsId() {
        var answer = server.post("/channels/chat%2F7?type=said&key=alice", "hello, 世界");
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        Event event = server.only("chat/7");
        assertThat(answer.body()).isEqualTo("{\"id\":\"" + event.id() + "\",\"channel\":\"chat/7\"}\n");
        assertThat(event.type()).isEqualTo("said");
        assertThat(event.key()).isEqualTo("alice");
        assertThat(event.from()).isNull();
        assertThat(event.content().kind()).isEqualTo(ContentKind.TEXT);
        assertThat(event.content().bytes()).asString(StandardCharsets.UTF_8).isEqualTo("hello, 世界");
    }

    @Test
    void isFromTheUserThatTheRequestNames() {
        server.post("/channels/a?from=alice", "x");
        assertThat(server.only("a").from()).isEqualTo("alice");
        server.post("/channels/b?split=line&from=bob", "x\n");
        assertThat(server.only("b").from()).isEqualTo("bob");
        server.post("/channels/c?close=true&from=carol", "last words");
        assertThat(server.entries("c").getFirst())
                .isInstanceOfSatisfying(
                        Event.class, event -> assertThat(event.from()).isEqualTo("carol"));
        var refused = server.post("/channels/d?from=", "x");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("\"field\":\"from\"", "a publisher's name must have 1 to 255 bytes");
    }

    @Test
    void isOfTypeMessageWithoutAKeyByDefault() {
        server.post("/channels/x", "");
        assertThat(server.only("x").type()).isEqualTo("message");
        assertThat(server.only("x").key()).isNull();
        assertThat(server.only("x").content().bytes()).isEmpty();
    }

    @Test
    void acceptsTheRequestsOfCurl() {
        try (var client = server.raw()) {
            // curl -d hello
            client.send("POST /channels/a HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\nContent-Length: 5\r\n"
                            .concat("Content-Type: application/x-www-form-urlencoded\r\n\r\nhello"))
                    .until("\"channel\":\"a\"}\n");
            // curl -T -
            client.send("PUT /channels/b HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
                            .concat("Expect: 100-continue\r\n\r\n"))
                    .until("HTTP/1.1 100 Continue\r\n\r\n");
            client.send("3\r\nabc\r\n0\r\n\r\n").until("\"channel\":\"b\"}\n");
            // A request of HTTP/1.0 without a body.
            client.send("POST /channels/c HTTP/1.0\r\n\r\n");
            assertThat(client.rest()).startsWith("HTTP/1.1 201 ").endsWith("\"channel\":\"c\"}\n");
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
    void storesDataByItsContentType(String contentType, ContentKind kind, String kept) {
        assertThat(server.post("/channels/x", "[1, 2]\n", "Content-Type", contentType)
                        .statusCode())
                .isEqualTo(201);
        Content content = server.only("x").content();
        assertThat(content.kind()).isEqualTo(kind);
        assertThat(content.type()).isEqualTo(kept);
        assertThat(content.bytes()).asString(StandardCharsets.UTF_8).isEqualTo("[1, 2]\n"); // The original bytes.
    }

    @Test
    void storesAnyBytesAsBinary() {
        byte[] bytes = new byte[256];
        for (int i = 0; i < 256; i++) bytes[i] = (byte) i;
        server.post("/channels/x", bytes, "Content-Type", "application/octet-stream");
        assertThat(server.only("x").content().bytes()).isEqualTo(bytes);
    }

    @Test
    void endsAChannelWithOrWithoutALastEvent() {
        assertThat(server.post("/channels/a?close=true", "last words").statusCode())
                .isEqualTo(201);
        assertThat(server.texts("a")).containsExactly("last words", "END");
        var answer = server.post("/channels/b?close=true", "", "Content-Type", "application/json");
        assertThat(id(answer.body()))
                .isEqualTo(server.entries("b").getFirst().id().text());
        assertThat(server.texts("b")).containsExactly("END");
    }

    @Test
    void refusesToPublishAfterTheEnd() {
        server.post("/channels/a?close=true", "");
        var answer = server.post("/channels/a", "too late");
        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(answer.body()).contains("/problems/ended");
        assertThat(server.send("DELETE", "/channels/a").statusCode()).isEqualTo(204);
        assertThat(server.post("/channels/a", "anew").statusCode()).isEqualTo(201);
    }

    @Test
    void removesAKeyWithOrWithoutData() {
        server.post("/channels/a?key=k&remove=true", "");
        assertThat(server.only("a").isKeyEnd()).isTrue();
        server.post("/channels/b?key=k&remove=true", "{\"gone\":true}", "Content-Type", "application/json");
        assertThat(server.only("b").isKeyEnd()).isTrue();
        assertThat(server.texts("b")).containsExactly("{\"gone\":true}");
        server.post("/channels/c?key=k&remove=true&close=true", "", "Content-Type", "application/json");
        assertThat(server.texts("c")).containsExactly("", "END");
    }

    @Test
    void answersOnceTheLogAcknowledges() {
        server.delayAppends();
        try (var client = server.raw()) {
            client.send("POST /channels/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nx");
            PublishServer.Held waiting = server.next();
            assertThat(client.hasNothing()).isTrue();
            waiting.acknowledge().run();
            assertThat(client.until("}")).startsWith("HTTP/1.1 201 ");
        }
    }

    @Test
    void reportsAFailedAppend() {
        server.fail();
        var answer = server.post("/channels/a", "x");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body())
                .contains("/problems/log-failed", "Idempotency-Key")
                .doesNotContain("disk");
    }

    @Test
    void releasesThePublishOfAClientThatLeavesBeforeItsAnswer() {
        server.delayAppends();
        PublishServer.Held waiting;
        try (var client = server.raw()) {
            client.send("POST /channels/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nx");
            waiting = server.next();
        }
        waiting.acknowledge().run();
        assertThat(server.texts("a")).containsExactly("x");
    }
}
