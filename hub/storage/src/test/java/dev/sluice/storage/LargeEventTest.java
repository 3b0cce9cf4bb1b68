package dev.sluice.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.ContentKind;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.TestLog;
import dev.sluice.storage.folder.LogUnavailableException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An event larger than the whole tail in memory.
final class LargeEventTest {
    @TempDir
    Path folder;

    private RocksLog open() {
        return RocksLog.builder(folder)
                .retention(channel -> Retention.ALL)
                .reserveBytes(0)
                .open();
    }

    @Test
    void keepsAnEventLargerThanTheTailAfterACrash() {
        byte[] data = new byte[80 << 20];
        new Random(1).nextBytes(data);
        Content content = new Content(ContentKind.BINARY, "application/octet-stream", data);
        try (RocksLog log = open()) {
            LogFixture.publish(log, "a", "before");
            TestLog.get(log.append(
                    new Publication(Draft.event(new ChannelName("a"), "message", content), Conditions.NONE)));
            LogFixture.publish(log, "a", "after");
            log.stop(new LogUnavailableException("a crash, simulated by the test", null));
        }
        try (RocksLog log = open()) {
            var entries = LogFixture.entries(log, LogFixture.earliest(log, "a"), "a");
            assertThat(entries).hasSize(3);
            assertThat(((Event) entries.get(1)).content().bytes()).isEqualTo(data);
        }
    }
}
