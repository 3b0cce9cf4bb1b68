package dev.sluice.storage;

import static dev.sluice.core.log.TestLog.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.log.ChannelState;
import dev.sluice.core.log.Retention;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Maximum sizes, over a restart: with `-Dsluice.long=true` a million channels.
final class SizesTest {
    /// The data of an event, as with the hub's default `event_max`.
    private static final int EVENT_BYTES = 1 << 20;

    private static final int CHANNELS = Boolean.getBoolean("sluice.long") ? 1_000_000 : 20_000;
    private static final int IN_FLIGHT_MAX = 4_096;
    private static final int PAGE = 1_000;

    @TempDir
    Path folder;

    private RocksLog open() {
        return RocksLog.builder(folder)
                .retention(channel -> Retention.ALL)
                .limits(limits -> limits.tailBytes(EVENT_BYTES).channelsMax(2 * CHANNELS)) // Whatever the heap.
                .reserveBytes(0)
                .open();
    }

    private static String data(char first) {
        return first + "ä".repeat(EVENT_BYTES / 2 - 1) + "x";
    }

    @Test
    void keepsEventsOfTheMaximumSize() {
        List<String> large = List.of(data('1'), data('2'), data('3'));
        assertThat(large.getFirst().getBytes(StandardCharsets.UTF_8)).hasSize(EVENT_BYTES);
        try (RocksLog log = open()) {
            for (String each : large) LogFixture.publish(log, "large", each);
            assertThat(LogFixture.words(log, LogFixture.earliest(log, "large"), "large"))
                    .isEqualTo(large);
        }
        try (RocksLog log = open()) {
            assertThat(LogFixture.words(log, LogFixture.earliest(log, "**"), "**"))
                    .isEqualTo(large);
        }
    }

    @Test
    void keepsAllChannels() {
        Cursor head;
        try (RocksLog log = open()) {
            List<CompletionStage<?>> inFlight = new ArrayList<>();
            for (int i = 0; i < CHANNELS; i++) {
                inFlight.add(log.append(LogFixture.publication("c/" + i, "" + i)));
                if (inFlight.size() < IN_FLIGHT_MAX) continue;
                inFlight.forEach(each -> get(each));
                inFlight.clear();
            }
            inFlight.forEach(each -> get(each));
            head = log.head();
        }
        try (RocksLog log = open()) {
            assertThat(log.head()).isEqualTo(head);
            assertThat(count(log)).isEqualTo(CHANNELS);
            for (int i = 0; i < CHANNELS; i += CHANNELS / 100) {
                assertThat(LogFixture.words(log, LogFixture.earliest(log, "c/" + i), "c/" + i))
                        .containsExactly("" + i);
            }
        }
    }

    private static int count(RocksLog log) {
        int count = 0;
        ChannelName last = null;
        while (true) {
            List<ChannelState> page = log.channels(last, PAGE);
            if (page.isEmpty()) return count;
            count += page.size();
            last = page.getLast().name();
        }
    }
}
