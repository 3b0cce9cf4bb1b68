package dev.sluice.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.log.Retention;
import dev.sluice.storage.engine.FolderTree;
import dev.sluice.storage.folder.LogUnavailableException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A folder that is copied while the hub is stopped, and whose copies are restored in any order.
final class RestoredCopyTest {
    private static final int STEPS = 25;

    @TempDir
    Path folder;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    /// A copy of the folder, and the ids it contains, oldest first.
    private record Saved(Path copy, List<Cursor> ids) {}

    private final Map<Cursor, String> assigned = new HashMap<>();
    private final List<Saved> saved = new ArrayList<>();
    private List<Cursor> ids = new ArrayList<>();
    private RocksLog log;

    @Test
    void neverReusesAnIdAndNeverHidesALoss() throws IOException {
        open();
        for (int step = 0; step < STEPS; step++) {
            for (int remaining = random.nextInt(3); remaining > 0; remaining--) publish();
            switch (random.nextInt(4)) {
                case 0 -> restart();
                case 1 -> save();
                case 2 -> restore();
                default -> crash();
            }
            check(step);
        }
        log.close();
    }

    private void open() {
        log = RocksLog.builder(folder.resolve("log"))
                .retention(channel -> Retention.ALL)
                .reserveBytes(0)
                .open();
    }

    private void publish() {
        String data = "event " + assigned.size();
        Cursor id = LogFixture.publish(log, "a", data);
        assertThat(assigned.put(id, data))
                .as("seed %d: %s names one event", seed, id)
                .isNull();
        ids.add(id);
    }

    private void restart() {
        log.close();
        open();
    }

    private void crash() {
        log.stop(new LogUnavailableException("a crash, simulated by the test", null));
        restart();
    }

    private void save() {
        log.close();
        Path copy = Folders.copy(folder.resolve("log"), folder.resolve("copy" + saved.size()));
        saved.add(new Saved(copy, List.copyOf(ids)));
        open();
    }

    private void restore() throws IOException {
        if (saved.isEmpty()) return;
        Saved from = saved.get(random.nextInt(saved.size()));
        log.close();
        FolderTree.remove(folder.resolve("log"));
        Folders.copy(from.copy, folder.resolve("log"));
        ids = new ArrayList<>(from.ids);
        open();
    }

    private void check(int step) {
        List<String> all = ids.stream().map(assigned::get).toList();
        for (Cursor id : assigned.keySet()) {
            int at = ids.indexOf(id);
            ReadCursor from = at < 0 ? LogFixture.lost(log, id.text()) : ReadCursor.at(LogFixture.at(log, id.text()));
            List<String> following = LogFixture.words(log, from, "a");
            assertThat(following)
                    .as("seed %d, step %d: after %s", seed, step, id)
                    .isEqualTo(all.subList(all.size() - following.size(), all.size()));
            if (at >= 0) assertThat(following).hasSize(all.size() - at - 1);
        }
    }
}
