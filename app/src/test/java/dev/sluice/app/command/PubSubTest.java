package dev.sluice.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.auth.identity.StaticKeys;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Publishes and subscribes on the command line, over every transport. Each test has its own channels.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PubSubTest {
    @AutoClose
    private TestHub hub;

    private Terminal terminal;

    @TempDir
    private Path folder;

    @BeforeAll
    void begin() {
        hub = new TestHub();
        terminal = Terminal.at(hub);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sse", "ws", "ndjson", "longpoll", "poll"})
    void printsPastAndNewEventsALineEachUntilTheChannelEnds(String transport) {
        var channel = "all/" + transport;
        assertThat(terminal.run("pub", channel, "one").exitCode()).isZero();

        try (var sub = terminal.start("sub", channel, "--as", transport, "--after", "earliest")) {
            sub.awaitOut("one\n");
            assertThat(terminal.run("pub", channel, "zwölf €", "--close").exitCode())
                    .isZero();

            assertThat(sub.awaitEnd()).isEqualTo(new Terminal.Ended(0, "one\nzwölf €\n", ""));
        }
    }

    @Test
    void sendsTheKeyInTheEnvironment() throws Exception {
        var key = StaticKeys.generate("backend", new SecureRandom());
        Files.writeString(
                folder.resolve("sluice.toml"),
                "key = [{ kid = 'backend', hash = '%s', list = ['**'], close = ['news'], publish = ['news'], subscribe = ['news'] }]"
                        .formatted(StaticKeys.hash(key)));
        try (var serve = new Terminal(folder, Map.of()).start("serve", "--port", "0", "--memory")) {
            var without = new Terminal(folder, Map.of("SLUICE_URL", serve.url()));
            var with = new Terminal(folder, Map.of("SLUICE_URL", serve.url(), "SLUICE_TOKEN", key));

            assertThat(without.run("pub", "news", "no").err()).contains("401");
            assertThat(with.run("pub", "news", "yes", "--close").err()).isEmpty();
            assertThat(with.run("sub", "news", "--after", "earliest").out()).isEqualTo("yes\n");
            assertThat(with.run("channels").out()).contains("news");
        }
    }

    @Test
    void publishesLinesWithAKeyThatMayNotRead() throws Exception {
        var key = StaticKeys.generate("backend", new SecureRandom());
        Files.writeString(
                folder.resolve("sluice.toml"),
                "key = [{ kid = 'backend', hash = '%s', publish = ['logs/**'] }]".formatted(StaticKeys.hash(key)));
        try (var serve = new Terminal(folder, Map.of()).start("serve", "--port", "0", "--memory")) {
            var without = new Terminal(folder, Map.of("SLUICE_URL", serve.url()));
            var with = new Terminal(folder, Map.of("SLUICE_URL", serve.url(), "SLUICE_TOKEN", key));

            var published = with.runWith("one\ntwo\n", "pub", "logs/app");
            assertThat(published.err()).isEmpty();
            assertThat(published.out()).matches("2 events, the last \\S+\n");

            var elsewhere = with.runWith("one\n", "pub", "news");
            assertThat(elsewhere.exitCode()).isEqualTo(1);
            assertThat(elsewhere.err()).startsWith("sluice: The hub refused: 403 ");
            assertThat(without.runWith("one\n", "pub", "logs/app").err()).contains("401");
        }
    }

    @Test
    void tellsAPersonThatItIsConnected() {
        try (var sub = terminal.startTyped("sub", "quiet")) {
            sub.awaitErr("sluice: Connected to " + hub.url() + "/, waiting for events.\n");
            terminal.run("pub", "quiet", "one", "--close");

            var ended = sub.awaitEnd();

            assertThat(ended.out()).isEqualTo("one\n");
            assertThat(ended.err()).hasLineCount(1);
        }
    }

    @Test
    void printsRawTextWithoutSeparators() {
        assertThat(terminal.run("pub", "raw", "one ").exitCode()).isZero();

        try (var sub = terminal.start("sub", "raw", "--as", "text", "--last", "5")) {
            sub.awaitOut("one ");
            assertThat(terminal.run("pub", "raw", "two", "--close").exitCode()).isZero();

            assertThat(sub.awaitEnd()).isEqualTo(new Terminal.Ended(0, "one two", ""));
        }
    }

    @Test
    void printsTheSameWholeEventsOverEveryTransport() {
        var first = terminal.run("pub", "whole", "{\"a\": [1, 2]}", "--json", "--type", "t", "--key", "k")
                .out()
                .strip();
        var last = terminal.run("pub", "whole", "text", "--close").out().strip();

        var outputs = List.of("sse", "ws", "ndjson").stream()
                .map(transport -> terminal.run("sub", "whole", "--as", transport, "--after", "earliest", "--json"))
                .toList();

        assertThat(outputs).allSatisfy(ended -> {
            assertThat(ended.exitCode()).isZero();
            assertThat(ended.out().lines()).hasSize(3);
        });
        var lines = outputs.getFirst().out().lines().toList();
        assertThat(lines.get(0))
                .startsWith("{\"id\":\"" + first + "\",\"channel\":\"whole\",\"type\":\"t\",")
                .contains("\"key\":\"k\",\"data\":{\"a\": [1, 2]}");
        assertThat(lines.get(1)).startsWith("{\"id\":\"" + last + "\"").endsWith("\"data\":\"text\"}");
        assertThat(lines.get(2)).startsWith("{\"closed\":{\"channel\":\"whole\",\"cursor\":\"");
        assertThat(outputs)
                .allSatisfy(ended ->
                        assertThat(ended.out()).isEqualTo(outputs.getFirst().out()));
    }

    @Test
    void startsWhereTheOptionsSay() {
        var ids = IntStream.range(0, 4)
                .mapToObj(i -> terminal.run("pub", "start", "e" + i, "--key", "k" + i % 2)
                        .out()
                        .strip())
                .toList();
        terminal.run("pub", "start", "", "--close");

        assertThat(terminal.run("sub", "start", "--last", "2").out()).isEqualTo("e2\ne3\n");
        assertThat(terminal.run("sub", "start", "--after", ids.get(0)).out()).isEqualTo("e1\ne2\ne3\n");
        assertThat(terminal.run("sub", "start", "--since", "1h").out()).isEqualTo("e0\ne1\ne2\ne3\n");
        assertThat(terminal.run("sub", "start", "--since", "2020-01-01T00:00:00Z")
                        .out())
                .isEqualTo("e0\ne1\ne2\ne3\n");
        assertThat(terminal.run("sub", "start", "--snapshot").out()).isEqualTo("e2\ne3\n");
    }

    @Test
    void printsOnlyTheRequestedTypes() {
        for (var type : List.of("a", "b", "c")) terminal.run("pub", "types", type, "--type", type);
        terminal.run("pub", "types", "", "--close");

        assertThat(terminal.run("sub", "types", "--after", "earliest", "--type", "a,c")
                        .out())
                .isEqualTo("a\nc\n");
    }

    @Test
    void combinesChannelsAndPatterns() {
        try (var sub = terminal.start("sub", "many/*", "many/x/deep", "--after", "earliest")) {
            terminal.run("pub", "many/a", "1");
            sub.awaitOut("1\n");
            terminal.run("pub", "many/x/deep", "2");
            terminal.run("pub", "many/b", "3");
            sub.awaitOut("1\n2\n3\n");
        }
    }

    @Test
    void publishesEachLineOfStandardInputAsItArrives() throws Exception {
        var in = new PipedInputStream();
        var typed = new PipedOutputStream(in);
        try (var sub = terminal.start("sub", "lines", "--after", "earliest");
                var pub = terminal.start(in, "pub", "lines", "--close")) {
            try (typed) {
                typed.write("one\r\n\ntw".getBytes(StandardCharsets.UTF_8));
                typed.flush();
                sub.awaitOut("one\n");
                typed.write("o\nthree".getBytes(StandardCharsets.UTF_8));
            }
            assertThat(sub.awaitEnd().out()).isEqualTo("one\ntwo\nthree\n");
            assertThat(pub.awaitEnd().out()).matches("3 events, the last [A-Za-z0-9._~-]+\n");
        }
    }

    @Test
    void publishesJsonLines() {
        var pub = terminal.runWith("{\"a\":1}\n[2]\n", "pub", "jsonlines", "--json", "--close");

        assertThat(pub.exitCode()).isZero();
        assertThat(terminal.run("sub", "jsonlines", "--after", "earliest", "--json")
                        .out()
                        .lines()
                        .limit(2))
                .satisfiesExactly(
                        line -> assertThat(line).endsWith("\"data\":{\"a\":1}}"),
                        line -> assertThat(line).endsWith("\"data\":[2]}"));
    }

    @Test
    void publishesAFileAsOneEvent() throws Exception {
        var bytes = new byte[] {0, 1, (byte) 0xff, '\n'};
        var file = Files.write(folder.resolve("data"), bytes);

        assertThat(terminal.run("pub", "file", "--file", file.toString(), "--content-type", "image/x")
                        .exitCode())
                .isZero();
        assertThat(terminal.runWith("a\nb\n", "pub", "file", "--file", "-", "--close")
                        .exitCode())
                .isZero();

        assertThat(terminal.run("sub", "file", "--after", "earliest", "--json").out())
                .contains("\"data_base64\":\"AAH/Cg==\"", "\"contentType\":\"image/x\"", "\"data\":\"a\\nb\\n\"");
    }

    @Test
    void endsAChannelWithoutAnEvent() {
        terminal.run("pub", "ended", "", "--close");

        assertThat(terminal.run("sub", "ended", "--after", "earliest")).isEqualTo(new Terminal.Ended(0, "", ""));
    }

    @ParameterizedTest
    @CsvSource({
        "Broken pipe, 141, ''",
        "No space left on device, 74, sluice: The output can't be written: No space left on device."
    })
    void endsWhenTheOutputFailsSilentlyForABrokenPipe(String failure, int exitCode, String message) {
        try (var sub = terminal.start("sub", "fail/" + exitCode, "--after", "earliest")) {
            terminal.run("pub", "fail/" + exitCode, "1");
            sub.awaitOut("1\n").failOutputWith(failure);
            terminal.run("pub", "fail/" + exitCode, "2");

            var ended = sub.awaitEnd();

            assertThat(ended.exitCode()).isEqualTo(exitCode);
            assertThat(ended.out()).isEqualTo("1\n");
            assertThat(ended.err().strip()).isEqualTo(message);
        }
    }

    @Test
    void reportsFailingStandardInputAfterPublishingTheLinesBefore() {
        var in = new SequenceInputStream(stream("1\n2\n"), failing(() -> new IOException("the disk is gone")));
        try (var pub = terminal.start(in, "pub", "in/failing")) {
            assertThat(pub.awaitEnd())
                    .isEqualTo(new Terminal.Ended(
                            74, "", "sluice: The standard input can't be read: the disk is gone.\n"));
        }
        terminal.run("pub", "in/failing", "", "--close");

        assertThat(terminal.run("sub", "in/failing", "--after", "earliest").out())
                .isEqualTo("1\n2\n");
    }

    @Test
    void reportsInternalErrorsInALine() {
        try (var pub = terminal.start(failing(() -> new IllegalStateException("boom")), "pub", "a", "--file", "-")) {
            assertThat(pub.awaitEnd())
                    .isEqualTo(new Terminal.Ended(
                            70,
                            "",
                            "sluice: Internal error: java.lang.IllegalStateException: boom."
                                    + " Run it with --verbose for the stack trace.\n"));
        }
        try (var pub = terminal.start(
                failing(() -> new IllegalStateException("boom")), "pub", "a", "--file", "-", "--verbose")) {
            assertThat(pub.awaitEnd().err()).contains("\njava.lang.IllegalStateException: boom\n\tat dev.sluice.");
        }
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static <E extends Exception> InputStream failing(Supplier<E> reason) {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                return read(new byte[1], 0, 1);
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                var failure = reason.get();
                if (failure instanceof IOException io) throw io;
                throw (RuntimeException) failure;
            }
        };
    }

    @Test
    void reportsARefusalOfTheHubWithALineAndCode1() {
        terminal.run("pub", "closed", "", "--close");

        var ended = terminal.run("pub", "closed", "more");

        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.err())
                .startsWith("sluice: The hub refused: 409 ")
                .contains("'closed'")
                .endsWith("\n")
                .hasLineCount(1);
        assertThat(ended.out()).isEmpty();
    }

    @Test
    void printsChannelsAsATableOrJson() {
        terminal.run("pub", "list/a", "12345");
        terminal.run("pub", "list/b", "", "--close");

        var table = terminal.run("channels");
        var json = terminal.run("channels", "--json");

        assertThat(table.exitCode()).isZero();
        assertThat(table.out())
                .startsWith("CHANNEL")
                .containsPattern("\nlist/a +1 +5 B +20[0-9T:.-]+Z\n")
                .containsPattern("\nlist/b +0 +0 B .*ended\n");
        assertThat(json.out()).startsWith("{\"channels\":[").contains("\"name\":\"list/a\"");
    }

    @Test
    void deletesTheChannelsThatMatchOnceTheirNumberIsConfirmed() {
        for (var name : List.of("old/a", "old/b", "older")) hub.publish(name);

        assertThat(terminal.run("channels", "delete", "old/*").out())
                .isEqualTo("2 channels match. Nothing was deleted; to delete them, add --expect 2.\n");
        var refused = terminal.run("channels", "delete", "old/*", "--expect", "1");
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err()).contains("2 channels match");
        assertThat(terminal.run("channels", "delete", "old/*", "--expect", "2").out())
                .isEqualTo("Deleted 2 of 2 channels.\n");

        assertThat(terminal.run("channels").out()).contains("older").doesNotContain("old/");
    }

    /// More channels than one answer of the hub lists.
    @Test
    void printsAllPagesOfChannels() {
        var names = IntStream.range(100, 350).mapToObj(i -> "page/" + i).toList();
        names.forEach(hub::publish);

        var table = terminal.run("channels");
        assertThat(table.out().lines().filter(line -> line.startsWith("page/")).map(line -> line.substring(0, 8)))
                .containsExactlyElementsOf(names);
        assertThat(table.out().lines().filter(line -> line.startsWith("CHANNEL")))
                .hasSize(1);
        assertThat(terminal.run("channels", "--json").out().lines())
                .hasSizeGreaterThan(2)
                .allSatisfy(line -> assertThat(line).startsWith("{\"channels\":["));
    }
}
