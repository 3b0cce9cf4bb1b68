package dev.sluice.server.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.LoggedLines;
import dev.sluice.core.event.ContentKind;
import dev.sluice.core.event.Event;
import dev.sluice.server.http.head.Problems;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BatchTest {
    @AutoClose
    private PublishServer server = PublishServer.start();

    private HttpResponse<String> batch(String query, String body, String... headers) {
        var all = new ArrayList<>(List.of("Content-Type", "application/x-ndjson"));
        all.addAll(List.of(headers));
        return server.post("/channels" + query, body, all.toArray(String[]::new));
    }

    private static String line(String channel, String data) {
        return "{\"channel\":\"" + channel + "\",\"data\":" + data + "}\n";
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?atomic=true", "?atomic=false"})
    void publishesLinesToTheirChannels(String query) {
        var answer = batch(
                query,
                line("a", "\"text\"") + "\r\n" + line("b", "{\"x\": [1,2]}")
                        + "{\"data_base64\":\"AAH/\",\"channel\":\"c\",\"type\":\"bin\",\"key\":\"k\",\"from\":\"bob\"}");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .isEqualTo("{\"count\":3,\"last\":\"" + server.only("c").id() + "\"}\n");
        assertThat(server.only("a").content().kind()).isEqualTo(ContentKind.TEXT);
        assertThat(server.texts("a")).containsExactly("text");
        assertThat(server.only("b").content().kind()).isEqualTo(ContentKind.JSON);
        assertThat(server.texts("b")).containsExactly("{\"x\": [1,2]}"); // The original bytes.
        Event binary = server.only("c");
        assertThat(binary.type()).isEqualTo("bin");
        assertThat(binary.key()).isEqualTo("k");
        assertThat(binary.from()).isEqualTo("bob");
        assertThat(binary.content().type()).isEqualTo("application/octet-stream");
        assertThat(binary.content().bytes()).containsExactly(0, 1, -1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    "data":"a\\u00e9\\n"                                    | TEXT   | text/plain
                    "data":"<p>","contentType":"text/html"                  | TEXT   | text/html
                    "data":"a","contentType":"application/json"             | JSON   | application/json
                    "data":null                                             | JSON   | application/json
                    "data": -1.5e3                                          | JSON   | application/json
                    "data":true,"contentType":"application/x+json"          | JSON   | application/x+json
                    "data_base64":"aGk="                                    | BINARY | application/octet-stream
                    "data_base64":"aGk=","contentType":"image/png"          | BINARY | image/png
                    "data_base64":"aGk=","contentType":"text/plain"         | TEXT   | text/plain
                    "data_base64":"WzFd","contentType":"application/json"   | JSON   | application/json
                    """)
    void storesDataByTheContentTypeOfTheLine(String members, ContentKind kind, String type) {
        assertThat(batch("", "{\"channel\":\"a\"," + members + "}").statusCode())
                .isEqualTo(200);
        assertThat(server.only("a").content().kind()).isEqualTo(kind);
        assertThat(server.only("a").content().type()).isEqualTo(type);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    nonsense                                        | bad-line      |
                    []                                              | bad-line      |
                    {"channel":"a","data":1} {}                     | bad-line      |
                    {"channel":"a","data":1                         | bad-line      |
                    {"channel":"a","data":1,}                       | bad-line      |
                    {"channel":"a","data":01}                       | bad-line      |
                    {"channel":"a","channel":"b","data":1}          | bad-line      |
                    {"data":1}                                      | bad-line      | channel
                    {"channel":1,"data":1}                          | bad-line      | channel
                    {"channel":"a"}                                 | bad-line      | data
                    {"channel":"a","data":1,"data_base64":""}       | bad-line      | data
                    {"channel":"a","data":"x","contentType":"a/b"}  | bad-line      | data
                    {"channel":"a","data":1,"contentType":"text/plain"} | bad-line  | data
                    {"channel":"a","data":"\\ud800"}                | bad-line      | data
                    {"channel":"a","data_base64":"*"}               | bad-line      | data_base64
                    {"channel":"a","data_base64":1}                 | bad-line      | data_base64
                    {"channel":"a","data_base64":"/w==","contentType":"text/plain"} | bad-data |
                    {"channel":"a","data_base64":"ew==","contentType":"application/json"} | bad-data |
                    {"channel":"a","data":1,"contentType":"x"}      | bad-header    | contentType
                    {"channel":"a","data":1,"tpye":"x"}             | bad-line      | tpye
                    {"channel":"a","data":1,"type":"sluice.x"}      | bad-parameter | type
                    {"channel":"a","data":1,"key":""}               | bad-parameter | key
                    {"channel":"a","data":1,"from":""}              | bad-parameter | from
                    {"channel":"a//b","data":1}                     | bad-name      | channel
                    {"channel":"$x","data":1}                       | reserved-name | channel
                    """)
    void reportsTheInvalidLineAndTheCountOfAppendedEvents(String wrong, String type, String field) {
        String body = line("a", "1") + "\n" + line("a", "2") + wrong + "\n" + line("a", "4");
        var answer = batch("", body);
        assertThat(answer.statusCode()).isBetween(400, 403);
        assertThat(answer.body())
                .contains("\"type\":\"/problems/" + type + "\"", "\"line\":4", "\"count\":2")
                .contains("\"last\":\"" + server.entries("a").getLast().id() + "\"");
        if (field != null) assertThat(answer.body()).contains("\"field\":\"" + field + "\"");
        assertThat(server.texts("a")).containsExactly("1", "2");

        var atomic = batch("?atomic=true", body);
        assertThat(atomic.statusCode()).isEqualTo(answer.statusCode());
        assertThat(atomic.body()).contains("\"line\":4", "\"count\":0").doesNotContain("\"last\"");
        assertThat(server.texts("a")).containsExactly("1", "2");
    }

    @Test
    void refusesALineThatIsNotUtf8() {
        byte[] bytes = line("a", "\"?\"").getBytes(StandardCharsets.UTF_8);
        bytes[new String(bytes, StandardCharsets.UTF_8).indexOf('?')] = (byte) 0xff;
        var answer = server.post("/channels", bytes, "Content-Type", "application/x-ndjson");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("/problems/bad-line", "UTF-8");
    }

    @Test
    void stopsWhereAChannelHasEnded() {
        server.end("over");
        String body = line("a", "1") + line("over", "2") + line("a", "3");
        assertThat(batch("", body).body()).contains("/problems/ended", "'over'", "\"line\":2", "\"count\":1");
        assertThat(server.texts("a")).containsExactly("1"); // Nothing after it was appended.
        var atomic = batch("?atomic=true", line("b", "1") + "\n" + line("over", "2"));
        assertThat(atomic.statusCode()).isEqualTo(409);
        assertThat(atomic.body()).contains("\"line\":3", "\"count\":0");
        assertThat(server.entries("b")).isEmpty();
    }

    private static String head(int length) {
        return "POST /channels HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\nContent-Length: "
                + length + "\r\n\r\n";
    }

    /// A log in memory refuses the line within the part of the body that also begins the next line.
    @Test
    void leavesNothingInFlightAfterARefusalBeforeAnIncompleteLine() {
        server.end("a");
        String part = line("a", "1") + "{\"chan";
        try (var client = server.raw()) {
            client.send("POST /channels HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(part.length()) + "\r\n" + part
                    + "\r\n");
            assertThat(client.until("}")).startsWith("HTTP/1.1 409 ").contains("\"line\":1", "\"count\":0");
            assertThat(server.inFlightBytes()).isZero();
        }
    }

    @Test
    void appendsTheLinesThatArriveTogetherAtOnce() {
        server.delayAppends();
        String body = line("a", "1") + line("b", "2") + line("a", "3");
        try (var client = server.raw()) {
            client.send(head(body.length()) + body);
            PublishServer.Held held = server.next();
            assertThat(held.text()).isEqualTo("1 2 3");
            held.acknowledge().run();
            assertThat(client.until("}")).contains("\"count\":3");
        }
    }

    @Test
    void appendsNothingAfterALineThatASlowLogMayRefuse() {
        server.end("over");
        server.delayAppends();
        String first = line("a", "1");
        String rest = line("over", "2") + line("a", "3");
        try (var client = server.raw()) {
            client.send(head(first.length() + rest.length()) + first);
            PublishServer.Held held = server.next();
            client.send(rest);
            held.acknowledge().run();
            PublishServer.Held next = server.next();
            if (next.text().equals("2 3")) { // Both if they were read together, else none.
                next.acknowledge().run();
                next = server.next();
            }
            assertThat(next.text()).isEqualTo("2");
            assertThat(server.heldCount()).isZero();
            next.acknowledge().run();
            assertThat(client.until("}")).contains("/problems/ended", "\"line\":2", "\"count\":1");
        }
        assertThat(server.texts("a")).containsExactly("1");
    }

    /// An ended channel splits the batch, and the disk fails between its parts.
    @Test
    void countsTheEventsBeforeAnAppendThatFails() {
        server.end("over");
        server.delayAppends();
        String body = line("a", "1") + line("a", "2") + line("over", "3") + line("a", "4");
        try (var client = server.raw()) {
            client.send(head(body.length()) + body);
            server.next().acknowledge().run();
            PublishServer.Held first = server.next();
            assertThat(first.text()).isEqualTo("1 2");
            server.fail();
            first.acknowledge().run();
            String last = server.entries("a").getLast().id().text();
            assertThat(client.until("}"))
                    .contains("/problems/log-failed", "\"line\":3", "\"count\":2", "\"last\":\"" + last + "\"");
        }
        assertThat(server.texts("a")).containsExactly("1", "2");
    }

    /// The next append starts while the outcome of the first is processed, and completes synchronously.
    @Test
    void answersOnceIfTheLastAppendCompletesWithinTheFirst() {
        var logged = new LoggedLines("dev.sluice.server.http.exchange.HttpExchange");
        server.delayAppends();
        String first = line("a", "1");
        String second = line("b", "2");
        try (logged;
                var client = server.raw()) {
            client.send(head(first.length() + second.length()) + first);
            PublishServer.Held held = server.next();
            client.send(second);
            server.stopDelaying();
            held.acknowledge().run();
            assertThat(client.until("}")).contains("\"count\":2");
            client.send("GET /channels HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(client.until("}]")).contains("\"name\":\"b\"");
        }
        assertThat(logged.records()).noneMatch(each -> each.getThrown() instanceof IllegalStateException);
    }

    @Test
    void acceptsAnEmptyBatch() {
        assertThat(batch("", "").body()).isEqualTo("{\"count\":0}\n");
        assertThat(batch("?atomic=true", "\n\n").body()).isEqualTo("{\"count\":0}\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?atomic=true"})
    void appendsOnlyMissingEventsOfARepetition(String query) {
        String[] once = {"Idempotency-Key", "k"};
        String begun = line("a", "1") + line("b", "2");
        batch(query, begun, once);
        var whole = batch(query, begun + line("a", "3"), once);
        assertThat(whole.body()).contains("\"count\":3");
        assertThat(whole.headers().firstValue("Idempotent-Replay")).isEmpty();
        var again = batch(query, begun + line("a", "3"), once);
        assertThat(again.body()).isEqualTo(whole.body());
        assertThat(again.headers().firstValue("Idempotent-Replay")).contains("true");
        assertThat(server.texts("a")).containsExactly("1", "3");
        assertThat(server.texts("b")).containsExactly("2");
        assertThat(batch(query, line("a", "9"), once).body())
                .contains("/problems/key-reused", "\"line\":1", "\"count\":0");
    }

    @Test
    void recognizesARepetitionThatArrivesInOtherParts() {
        String body = line("a", "\"" + "x".repeat(100) + "\"") + line("a", "2");
        batch("", body, "Idempotency-Key", "k");
        var parts = new StringBuilder();
        for (int at = 0; at < body.length(); at += 7) {
            String part = body.substring(at, Math.min(body.length(), at + 7));
            parts.append(Integer.toHexString(part.length()) + "\r\n" + part + "\r\n");
        }
        try (var client = server.raw()) {
            client.send("POST /channels HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n"
                    + "Idempotency-Key: k\r\nTransfer-Encoding: chunked\r\n\r\n" + parts + "0\r\n\r\n");
            assertThat(client.until("}")).contains("Idempotent-Replay: true", "\"count\":2");
        }
        assertThat(server.texts("a")).hasSize(2);
    }

    @Test
    void appendsAnAtomicBatchUpToItsLimits() {
        String thousand = line("a", "1").repeat(1000);
        assertThat(batch("?atomic=true", thousand).body()).contains("\"count\":1000");
        var more = batch("?atomic=true", thousand + line("a", "1"));
        assertThat(more.statusCode()).isEqualTo(413);
        assertThat(more.body()).contains("1000 lines", "\"count\":0");
        String large = line("b", "\"" + "x".repeat((1 << 20) - 100) + "\"");
        assertThat(batch("?atomic=true", large.repeat(8)).statusCode()).isEqualTo(200);
        assertThat(batch("?atomic=true", large.repeat(9)).statusCode()).isEqualTo(413);
        assertThat(server.entries("a")).hasSize(1000);
        assertThat(server.entries("b")).hasSize(8);
        // A batch that is not atomic has no limit.
        assertThat(batch("", large.repeat(9)).statusCode()).isEqualTo(200);
    }

    @Test
    void refusesDataThatIsTooLong() {
        String tooLong = line("a", "\"" + "x".repeat((1 << 20) + 1) + "\"");
        assertThat(batch("", line("a", "1") + tooLong).body())
                .contains("/problems/too-large", "\"line\":2", "\"count\":1");
        assertThat(batch("", "x".repeat(3 << 20)).statusCode()).isEqualTo(413);
    }

    @Test
    void refusesInvalidBatches() {
        for (String type : new String[] {"application/json", "text/plain", "application/x-www-form-urlencoded", "x"}) {
            var answer = server.post("/channels", line("a", "1"), "Content-Type", type);
            assertThat(answer.statusCode()).isEqualTo(415);
            assertThat(answer.headers().firstValue("Accept-Post")).contains("application/x-ndjson");
        }
        assertThat(server.post("/channels", "").statusCode()).isEqualTo(415);
        assertThat(batch("?atomic=yes", "").statusCode()).isEqualTo(400);
        assertThat(batch("?type=x", "").body()).contains("/problems/unknown-parameter");
        assertThat(batch("", "", "If-None-Match", "*").statusCode()).isEqualTo(400);
        assertThat(batch("", "", "Content-Encoding", "gzip").statusCode()).isEqualTo(415);
    }

    @Test
    void acceptsAllMediaTypesOfJsonLinesAndAnEmptyListOfCodings() {
        for (String type : new String[] {"application/ndjson", "application/jsonl", "application/x-jsonl"}) {
            var answer = server.post("/channels", line("a", "1"), "Content-Type", type, "Content-Encoding", "");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        }
    }

    /// The same problem is for lines of a batch and for messages of WebSockets and sessions.
    @Test
    void doesNotMentionABatchOutsideBatches() {
        assertThat(Problems.BAD_LINE.title()).contains("message");
        assertThat(batch("", "{\"channel\":\"a\"}\n").body())
                .contains("There is no data")
                .doesNotContain("line has");
    }

    @Test
    void reportsAFailedAppend() {
        server.fail();
        assertThat(batch("?atomic=true", line("a", "1")).statusCode()).isEqualTo(503);
        assertThat(batch("", line("a", "1")).statusCode()).isEqualTo(503);
    }
}
