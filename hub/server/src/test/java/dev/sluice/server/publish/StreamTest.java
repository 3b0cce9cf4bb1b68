package dev.sluice.server.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.event.ContentKind;
import dev.sluice.core.event.Event;
import dev.sluice.server.RawClient;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

final class StreamTest {
    @AutoClose
    private PublishServer server = PublishServer.start();

    /// The head of a streamed publish.
    private RawClient stream(String path, String... headerLines) {
        var head = new StringBuilder("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n");
        for (String line : headerLines) head.append(line).append("\r\n");
        return server.raw().send(head.append("\r\n").toString());
    }

    private static String chunk(String text) {
        return Integer.toHexString(text.getBytes(StandardCharsets.UTF_8).length) + "\r\n" + text + "\r\n";
    }

    private static final String LAST = "0\r\n\r\n";

    private String last(String channel) {
        return server.entries(channel).getLast().id().text();
    }

    @Test
    void appendsAnEventForEachLine() {
        try (var client = stream("/channels/log?split=line&type=line&key=k")) {
            client.send(chunk("one\ntw") + chunk("o\r") + chunk("\n\r\n\nthree") + LAST);
            assertThat(client.until("}"))
                    .startsWith("HTTP/1.1 200 ")
                    .endsWith("{\"count\":3,\"last\":\"" + last("log") + "\"}");
        }
        assertThat(server.texts("log")).containsExactly("one", "two", "three");
        assertThat(server.entries("log")).allSatisfy(entry -> {
            assertThat(((Event) entry).type()).isEqualTo("line");
            assertThat(((Event) entry).key()).isEqualTo("k");
        });
    }

    @Test
    void appendsEachLineAsItArrives() {
        server.delayAppends();
        try (var client = stream("/channels/log?split=line")) {
            client.send(chunk("one\ntwo"));
            PublishServer.Held one = server.next(); // While the body is still being sent.
            assertThat(one.text()).isEqualTo("one");
            one.acknowledge().run();
            client.send(chunk("\n"));
            PublishServer.Held two = server.next();
            assertThat(two.text()).isEqualTo("two");
            two.acknowledge().run();
        }
    }

    @Test
    void acceptsAnEmptyStream() {
        assertThat(server.post("/channels/log?split=line", "").body()).isEqualTo("{\"count\":0}\n");
        assertThat(server.post("/channels/log?split=line", "\n\r\n\n").body()).isEqualTo("{\"count\":0}\n");
        assertThat(server.post("/channels/log?split=line", "\n\r\n\n").headers().firstValue("Idempotent-Replay"))
                .isEmpty();
    }

    @Test
    void checksEachLineByTheContentType() {
        for (String type : new String[] {"application/json", "application/x-ndjson"}) {
            var answer = server.post("/channels/json?split=line", "{\"a\":1}\n[2]\n{oops\n4\n", "Content-Type", type);
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body())
                    .contains("/problems/bad-data", "\"line\":3", "\"count\":2", "\"last\":\"" + last("json") + "\"");
        }
        assertThat(server.texts("json")).containsExactly("{\"a\":1}", "[2]", "{\"a\":1}", "[2]");
        assertThat(((Event) server.entries("json").getFirst()).content().kind()).isEqualTo(ContentKind.JSON);
    }

    @Test
    void reportsWhichLineIsTooLong() {
        server.close();
        server =
                new PublishServer(new PublishSettings(10, 1000, 8 << 20, 1 << 20, 256, 1 << 20, Budget.LEASES.count()));
        assertThat(server.post("/channels/a?split=line", "0123456789\r\n0123456789\n01234567890\n")
                        .body())
                .contains("/problems/too-large", "\"line\":3", "\"count\":2");
        assertThat(server.post("/channels/a?split=chunk", "01234567890").body())
                .contains("/problems/too-large", "\"count\":0");
    }

    @Test
    void appendsAnEventForEachChunkWithoutSplittingCharacters() {
        server.delayAppends();
        byte[] bytes = "é世".getBytes(StandardCharsets.UTF_8);
        try (var client = stream("/channels/ai?split=chunk")) {
            client.send(chunk("Hel"));
            server.next().acknowledge().run();
            client.send("1\r\n").send(new byte[] {bytes[0]}).send("\r\n");
            client.send("2\r\n").send(new byte[] {bytes[1], bytes[2]}).send("\r\n");
            server.next().acknowledge().run();
            client.send("2\r\n")
                    .send(new byte[] {bytes[3], bytes[4]})
                    .send("\r\n")
                    .send(LAST);
            server.next().acknowledge().run();
            assertThat(client.until("}")).endsWith("{\"count\":3,\"last\":\"" + last("ai") + "\"}");
        }
        assertThat(server.texts("ai")).containsExactly("Hel", "é", "世");
    }

    @Test
    void refusesChunksThatAreNotUtf8() {
        byte[] broken = {'a', (byte) 0xff};
        assertThat(server.post("/channels/a?split=chunk", broken).statusCode()).isEqualTo(400);
        byte[] half = {'a', (byte) 0xc3};
        var answer = server.post("/channels/b?split=chunk", half);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("middle of a character", "\"count\":1");
        assertThat(server.texts("b")).containsExactly("a");
        assertThat(server.post("/channels/c?split=chunk", broken, "Content-Type", "a/b")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void endsTheChannelAfterTheLastEvent() {
        assertThat(server.post("/channels/a?split=line&close=true", "x\ny").body())
                .contains("\"count\":2");
        assertThat(server.texts("a")).containsExactly("x", "y", "END");
        assertThat(server.post("/channels/b?split=line&close=true", "").body())
                .isEqualTo("{\"count\":0,\"last\":\"" + last("b") + "\"}\n");
        // Not after an upload that broke off.
        server.post("/channels/c?split=line&close=true", new byte[] {'x', '\n', (byte) 0xff});
        assertThat(server.texts("c")).containsExactly("x");
    }

    @Test
    void isRefusedAtOnceWhenTheChannelEndsDuringAPause() {
        try (var client = stream("/channels/ai?split=chunk")) {
            client.send(chunk("Once upon"));
            awaitTexts("ai", 1);
            server.end("ai"); // A reader ends the channel while the generator pauses.
            String answer = client.until("}\n");
            assertThat(answer)
                    .startsWith("HTTP/1.1 409 ")
                    .containsIgnoringCase("connection: close")
                    .contains("/problems/ended", "\"count\":1");
            client.send(chunk(" a time")); // Sent after the answer, and discarded.
            assertThat(client.rest()).isEmpty();
        }
        assertThat(server.texts("ai")).containsExactly("Once upon", "END");
    }

    /// Publishes to another channel until the first has this number of entries: each answer arrives after earlier
    /// bytes were processed.
    private void awaitTexts(String channel, int count) {
        long deadlineNs = System.nanoTime() + dev.sluice.server.TestServer.PATIENCE.toNanos();
        while (server.entries(channel).size() < count) {
            if (System.nanoTime() > deadlineNs) throw new AssertionError("only " + server.texts(channel));
            server.post("/channels/other", "tick");
        }
    }

    @Test
    void refusesAStreamToAnEndedChannelBeforeItsFirstEvent() {
        server.end("a");
        try (var client = stream("/channels/a?split=line")) {
            assertThat(client.until("}")).startsWith("HTTP/1.1 409 ").contains("\"count\":0");
        }
    }

    @Test
    void appendsOnlyMissingEventsOfARepeatedUpload() {
        String[] once = {"Idempotency-Key", "upload"};
        assertThat(server.post("/channels/a?split=line", "1\n2\n", once).statusCode())
                .isEqualTo(200);
        var whole = server.post("/channels/a?split=line", "1\n2\n3\n", once);
        assertThat(whole.body()).isEqualTo("{\"count\":3,\"last\":\"" + last("a") + "\"}\n");
        assertThat(whole.headers().firstValue("Idempotent-Replay")).isEmpty();
        var again = server.post("/channels/a?split=line", "1\n2\n3\n", once);
        assertThat(again.body()).isEqualTo(whole.body());
        assertThat(again.headers().firstValue("Idempotent-Replay")).contains("true");
        assertThat(server.texts("a")).containsExactly("1", "2", "3");
    }

    @Test
    void acceptsARepetitionOfAnUploadThatEndedItsChannel() {
        String[] once = {"Idempotency-Key", "upload"};
        var first = server.post("/channels/a?split=line&close=true", "1\n2\n", once);
        var again = server.post("/channels/a?split=line&close=true", "1\n2\n", once);
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.headers().firstValue("Idempotent-Replay")).contains("true");
        assertThat(server.texts("a")).containsExactly("1", "2", "END");
    }

    @Test
    void reportsWhereARepeatedUploadDiffers() {
        String[] once = {"Idempotency-Key", "upload"};
        server.post("/channels/a?split=line", "1\n2\n", once);
        assertThat(server.post("/channels/a?split=line", "1\n3\n4\n", once).body())
                .contains("/problems/key-reused", "\"line\":2", "\"count\":1");
        assertThat(server.texts("a")).containsExactly("1", "2"); // Nothing after it was appended.
    }

    @Test
    void refusesInvalidCombinationsForAStream() {
        assertThat(server.post("/channels/a?split=chunk", "x", "Idempotency-Key", "k")
                        .statusCode())
                .isEqualTo(400);
        assertThat(server.post("/channels/a?split=line", "x", "If-None-Match", "*")
                        .statusCode())
                .isEqualTo(400);
        assertThat(server.post("/channels/a?split=chunk", "x", "If-Match", "\"a-1\"")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void pausesAnUploadWhileTheLogLags() throws Exception {
        server.delayAppends();
        String line = "x".repeat(1023) + "\n";
        int lines = 8192;
        int partLines = (64 << 10) / 1024; // One part of the body may exceed the limit by this.
        try (var client = stream("/channels/a?split=line")) {
            var sending = Thread.ofVirtual().start(() -> {
                String part = chunk(line.repeat(8));
                for (int i = 0; i < lines / 8; i++) client.send(part);
                client.send(LAST);
            });
            for (int acknowledged = 0; acknowledged < lines; ) {
                PublishServer.Held next = server.next();
                assertThat(server.heldCount()).isZero();
                assertThat(server.inFlightBytes())
                        .isLessThanOrEqualTo((256 + 2 * partLines) * (1024L + Upload.OVERHEAD_BYTES));
                acknowledged += next.publications().size();
                next.acknowledge().run();
            }
            assertThat(client.until("}")).contains("\"count\":" + lines);
            sending.join();
        }
    }

    /// A part of 64 KiB has 32,768 lines of one byte, each an event in memory.
    @Test
    void countsEachLineOfAnUploadHoweverShort() throws Exception {
        server.delayAppends();
        int unacknowledgedBytes = PublishSettings.DEFAULTS.unacknowledgedBytes();
        int linesMax = unacknowledgedBytes / (1 + Upload.OVERHEAD_BYTES) + 1;
        int lines = 64 << 10;
        try (var client = stream("/channels/a?split=line")) {
            var sending = Thread.ofVirtual().start(() -> client.send(chunk("x\n".repeat(lines)) + LAST));
            for (int acknowledged = 0; acknowledged < lines; ) {
                PublishServer.Held next = server.next();
                int size = next.publications().size();
                assertThat(size).isLessThanOrEqualTo(linesMax);
                assertThat(server.inFlightBytes())
                        .isGreaterThanOrEqualTo((long) size * (1 + Upload.OVERHEAD_BYTES))
                        .isLessThanOrEqualTo(unacknowledgedBytes + (128L << 10));
                acknowledged += size;
                next.acknowledge().run();
            }
            assertThat(client.until("}")).contains("\"count\":" + lines);
            sending.join();
        }
        assertThat(server.texts("a")).hasSize(lines);
    }

    /// A cluster takes 16 MiB at a time.
    @Test
    void appendsOneMebibyteAtATimeHoweverMuchHasArrived() {
        restartWithRoomFor3MB();
        server.delayAppends();
        try (var client = stream("/channels/a?split=line")) {
            client.send(chunk("x\n"));
            PublishServer.Held first = server.next();
            client.send(chunk(LARGE_LINE.repeat(30)) + LAST);
            server.awaitInFlight(1 + 30 * 100_000 + 31 * Upload.OVERHEAD_BYTES);
            first.acknowledge().run();
            for (int i = 0; i < 3; i++) {
                PublishServer.Held next = server.next();
                assertThat(next.publications()).hasSize(10);
                next.acknowledge().run();
            }
            assertThat(client.until("}")).contains("\"count\":31");
        }
    }

    @Test
    void keepsAllGroupsOfEventsThatArrivedBeforeTheClientLeft() {
        restartWithRoomFor3MB();
        server.delayAppends();
        PublishServer.Held first;
        int complete = 1 + 30 * 100_000 + 31 * Upload.OVERHEAD_BYTES;
        try (var client = stream("/channels/a?split=line")) {
            client.send(chunk("x\n"));
            first = server.next();
            client.send(chunk(LARGE_LINE.repeat(30) + "rest"));
            server.awaitInFlight(complete + "rest".length());
        }
        server.awaitInFlight(complete); // The server knows that the client has left.
        first.acknowledge().run();
        for (int i = 0; i < 3; i++) server.next().acknowledge().run();
        assertThat(server.texts("a")).hasSize(31).startsWith("x").doesNotContain("rest");
    }

    private static final String LARGE_LINE = "x".repeat(100_000) + "\n";

    private void restartWithRoomFor3MB() {
        server.close();
        server = new PublishServer(
                new PublishSettings(1 << 20, 1000, 8 << 20, 64 << 20, 1000, 32 << 20, Budget.LEASES.count()));
    }

    @Test
    void feedsALogThatAnswersAtOnceAllLinesOfAPart() {
        server.close();
        server =
                new PublishServer(new PublishSettings(10, 1000, 8 << 20, 1 << 20, 256, 1 << 10, Budget.LEASES.count()));
        String body = "x\n".repeat(20_000) + "y";
        assertThat(server.post("/channels/a?split=line", body).body()).contains("\"count\":20001");
        assertThat(server.texts("a")).hasSize(20_001).endsWith("y");
    }

    @Test
    void keepsEventsThatArrivedBeforeTheClientLeft() {
        server.delayAppends();
        PublishServer.Held one;
        try (var client = stream("/channels/a?split=line&close=true")) {
            client.send(chunk("one\n"));
            one = server.next();
            client.send(chunk("two\nthr"));
            server.awaitInFlight("onetwothr".length() + 2 * Upload.OVERHEAD_BYTES);
        }
        one.acknowledge().run();
        server.next().acknowledge().run();
        assertThat(server.texts("a")).containsExactly("one", "two");
    }

    /// The disk is full for a moment: later lines would fit, and be in the log although the answer denies it.
    @Test
    void appendsNothingAfterALineRefusedByAFullDisk() {
        server.delayAppends();
        try (var client = stream("/channels/a?split=line")) {
            client.send(chunk("one\n"));
            PublishServer.Held first = server.next();
            client.send(chunk("two\nthree\n"));
            server.awaitInFlight("onetwothree".length() + 3 * Upload.OVERHEAD_BYTES);
            first.acknowledge().run();
            PublishServer.Held rest = server.next();
            assertThat(rest.text()).isEqualTo("two three");
            rest.refuse().run();
            server.next().refuse().run();
            assertThat(client.until("}"))
                    .startsWith("HTTP/1.1 507 ")
                    .contains("\"count\":1", "\"last\":\"" + last("a") + "\"", "\"line\":2");
            assertThat(server.heldCount()).isZero();
            assertThat(server.inFlightBytes()).isZero();
        }
        assertThat(server.texts("a")).containsExactly("one");
    }

    @Test
    void continuesIfADiskHasSpaceAgainBeforeTheRefusalIsAnswered() {
        server.delayAppends();
        try (var client = stream("/channels/a?split=line")) {
            client.send(chunk("one\n"));
            PublishServer.Held first = server.next();
            client.send(chunk("two\nthree\n") + LAST);
            server.awaitInFlight("onetwothree".length() + 3 * Upload.OVERHEAD_BYTES);
            first.acknowledge().run();
            server.next().refuse().run(); // Two and three as a batch; each fits in alone.
            server.next().acknowledge().run();
            server.next().acknowledge().run();
            assertThat(client.until("}")).startsWith("HTTP/1.1 200 ").contains("\"count\":3");
        }
        assertThat(server.texts("a")).containsExactly("one", "two", "three");
    }

    @Test
    void reportsTheCountOfAppendedEventsWhenTheBodyBreaks() {
        try (var client = stream("/channels/a?split=line")) {
            client.send(chunk("one\ntwo\n") + "zz\r\n");
            assertThat(client.rest()).startsWith("HTTP/1.1 400 ").contains("/problems/bad-request", "\"count\":2");
        }
    }

    @Test
    void reportsAFailedAppend() {
        server.fail();
        assertThat(server.post("/channels/a?split=line", "x\ny\n").body())
                .contains("/problems/log-failed", "\"line\":1", "\"count\":0");
    }

    @Test
    void leavesNothingInFlightAfterAnError() {
        server.takeMemory();
        var answer = server.post("/channels/a?split=line", "x\ny");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("/problems/log-failed", "\"count\":0");
        assertThat(server.inFlightBytes()).isZero();
    }
}
