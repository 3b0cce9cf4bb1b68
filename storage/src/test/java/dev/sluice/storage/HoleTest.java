package dev.sluice.storage;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.log.Retention;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Single records and writes that are lost, and what whoever would have read them is told.
final class HoleTest {
    @TempDir
    Path folder;

    private RocksLog open() {
        return open(Retention.ALL);
    }

    private RocksLog open(Retention rule) {
        return RocksLog.builder(folder)
                .retention(channel -> rule)
                .marks(0, Duration.ofDays(1))
                .reserveBytes(0)
                .open();
    }

    @Test
    void inWhatWasSavedIsAFailure() throws Exception {
        try (RocksLog log = open()) {
            for (int i = 0; i < 2_000; i++) Hand.publish(log, "a", "event " + i);
        }
        open().close();
        Path half = Folders.copy(folder, folder.resolve("half"));
        Damage.flip(Damage.tables(half, "events").getLast(), 0.5);
        try (Remains remains =
                        Remains.of(folder.resolve(Engine.DATABASE), Files.createDirectory(folder.resolve("work")));
                Engine log = Engine.openBroken(half)) {
            assertThatThrownBy(() -> new Rescue(remains, log).run()).isInstanceOf(LogUnavailable.class);
        }
    }
}
