package dev.sluice.storage;

import static dev.sluice.core.log.TestLog.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventFields;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Contents;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.TestClock;
import dev.sluice.storage.folder.LogUnavailableException;
import dev.sluice.storage.repair.Inspection;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Folders in use when the processes of earlier versions ended: they open, keep all that they had, and continue. The
/// README of the resources says how they were made.
final class EarlierFolderTest {
    private static final String SAMPLE = "/log-trimmed-by-groups.zip";
    private static final String CONTENTS = "/log-trimmed-by-groups.txt";
    private static final List<String> CHANNELS = List.of("**", "trimmed", "keyed", "aged", "deleted", "ended", "once");
    private static final List<String> KEYS = List.of("key 1", "key 2");

    /// Place, channel and data of each event of the hubs; the one at 9 removes a key. Missing places are of deleted
    /// events and presence.
    private static final String OF_HUB = """
            %1$s-1 news word 1
            %1$s-2 news word 2
            %1$s-3 news word 3
            %1$s-4 news/eu europe
            %1$s-5 keyed v1
            %1$s-6 keyed v2
            %1$s-7 keyed v3
            %1$s-8 keyed v4
            %1$s-9 keyed\s
            %1$s-12 deleted anew
            %1$s-13 ended last
            %1$s-14 ended end of ended
            %1$s-15 batch x
            %1$s-16 batch y
            %1$s-17 batch z
            %1$s-18 once once
            """;

    @TempDir
    Path folder;

    private static Retention retention(ChannelName channel) {
        return switch (channel.value()) {
            case "trimmed" -> Retention.events(10);
            case "keyed" -> Retention.events(5).andNewestOfKey();
            case "aged" -> new Retention(Duration.ofMinutes(1), 1_000, 1 << 20);
            default -> Retention.ALL;
        };
    }

    private static RocksLog open(Path folder, TestClock clock) {
        return RocksLog.builder(folder)
                .clock(clock)
                .retention(EarlierFolderTest::retention)
                .reserveBytes(0)
                .open();
    }

    /// @param epoch of all ids in the folder
    @ParameterizedTest
    @CsvSource({"/hub-0f8dfd66.zip, 4dkmji", "/hub-243fdf91.zip, f2d93g"})
    void ofAHubIsReadAndContinued(String sample, String epoch) throws IOException {
        Folders.unzip(sample, folder);
        try (RocksLog log = open(folder, new TestClock())) {
            assertThat(LogFixture.entries(log, LogFixture.earliest(log, "**"), "**"))
                    .extracting(entry -> "%s %s %s".formatted(entry.id(), entry.channel(), Contents.describe(entry)))
                    .containsExactlyElementsOf(OF_HUB.formatted(epoch).lines().toList());
            assertThat(LogFixture.words(log, LogFixture.earliest(log, "$presence/room"), "$presence/room"))
                    .containsExactly("{\"client\":\"ada\"}");
            ReadCursor resumed = ReadCursor.at(LogFixture.at(log, epoch + "-2"));
            LogFixture.publish(log, "news", "next");
            assertThat(LogFixture.words(log, resumed, "news")).containsExactly("word 3", "next");
        }
        assertThat(Inspection.of(folder).faults()).isEmpty();
    }

    /// Its trims took their place from the group of publishes that they followed.
    @Test
    void isReadAndContinued() throws IOException {
        Folders.unzip(SAMPLE, folder);
        List<String> contents = text(CONTENTS).lines().toList();
        Cursor begin = new Cursor(new Epoch(contents.getFirst()), 0);
        try (RocksLog log = open(folder, new TestClock())) {
            assertThat(LogDump.by(log, begin, CHANNELS, KEYS)).isEqualTo(contents.subList(2, contents.size()));
            assertThat(log.head().text()).as("the head").isEqualTo(contents.get(1));
            LogFixture.publish(log, "trimmed", "next");
        }
        assertThat(Inspection.of(folder).faults()).isEmpty();
        try (RocksLog log = open(folder, new TestClock())) {
            assertThat(LogFixture.words(log, LogFixture.earliest(log, "trimmed"), "trimmed"))
                    .endsWith("59", "next");
        }
    }

    private static String text(String resource) throws IOException {
        try (InputStream text = EarlierFolderTest.class.getResourceAsStream(resource)) {
            return new String(Objects.requireNonNull(text).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void fill(RocksLog log, TestClock clock) {
        for (int i = 0; i < 20; i++) LogFixture.publish(log, "aged", "old " + i);
        clock.advance(Duration.ofMinutes(2));
        LogFixture.publish(log, "aged", "new");
        log.maintain();
        for (int i = 0; i < 40; i++) {
            Draft draft = new Draft(
                    new ChannelName("keyed"),
                    "message",
                    EventFields.ofKey("k" + i % 7),
                    Contents.text("v" + i),
                    i % 9 == 8,
                    false);
            get(log.append(new Publication(draft, Conditions.NONE)));
        }
        List<CompletionStage<?>> group = new ArrayList<>();
        for (int i = 0; i < 60; i++) group.add(log.append(LogFixture.publication("trimmed", Integer.toString(i))));
        for (var stage : group) get(stage);
        get(log.forget(new ChannelName("forgotten"), LogFixture.publish(log, "forgotten", "secret")));
        for (int i = 0; i < 5; i++) LogFixture.publish(log, "deleted", "gone");
        get(log.delete(new ChannelName("deleted")));
        LogFixture.publish(log, "deleted", "anew");
        LogFixture.publish(log, "ended", "last");
        get(log.append(new Publication(Draft.end(new ChannelName("ended")), Conditions.NONE)));
        for (String key : KEYS) LogFixture.once(log, "once", key, key);
    }

    /// Writes the sample, run with the version whose folder the test reads: `FOLDER ZIP CONTENTS`.
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        TestClock clock = new TestClock();
        List<String> contents = new ArrayList<>();
        try (RocksLog log = open(folder, clock)) {
            fill(log, clock);
            Cursor begin = new Cursor(log.head().epoch(), 0);
            contents.add(begin.epoch().value());
            contents.add(log.head().text());
            contents.addAll(LogDump.by(log, begin, CHANNELS, KEYS));
            log.stop(new LogUnavailableException("a crash, simulated by the test", null));
        }
        Files.write(Path.of(args[2]), contents);
        Folders.zip(folder, Path.of(args[1]));
        System.exit(0);
    }
}
