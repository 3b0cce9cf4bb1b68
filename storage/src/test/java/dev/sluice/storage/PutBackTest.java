package dev.sluice.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Place;
import dev.sluice.core.log.Retention;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A folder that is copied while the hub is stopped, and whose copies are put back in any order.
final class PutBackTest {
    private static final int STEPS = 25;

    @TempDir
    Path folder;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    /// What a log has in some state of its folder, oldest first.
    private record Saved(Path copy, List<Cursor> ids) {}

    private final Map<Cursor, String> given = new HashMap<>();
    private final List<Saved> saved = new ArrayList<>();
    private List<Cursor> ids = new ArrayList<>();
    private RocksLog log;

    @Test
    void noIdNamesTwoEventsAndNoReaderMissesOneInSilence() throws IOException {
        open();
        for (int step = 0; step < STEPS; step++) {
            for (int left = random.nextInt(3); left > 0; left--) publish();
            switch (random.nextInt(4)) {
                case 0 -> restart();
                case 1 -> save();
                case 2 -> putBack();
                default -> die();
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
        String data = "event " + given.size();
        Cursor id = Hand.publish(log, "a", data);
        assertThat(given.put(id, data))
                .as("seed %d: %s names one event", seed, id)
                .isNull();
        ids.add(id);
    }

    private void restart() {
        log.close();
        open();
    }

    private void die() {
        log.stop(new LogUnavailable("a death, as this test wants", null));
        restart();
    }

    private void save() {
        log.close();
        Path copy = Folders.copy(folder.resolve("log"), folder.resolve("copy" + saved.size()));
        saved.add(new Saved(copy, List.copyOf(ids)));
        open();
    }

    private void putBack() throws IOException {
        if (saved.isEmpty()) return;
        Saved from = saved.get(random.nextInt(saved.size()));
        log.close();
        Tree.remove(folder.resolve("log"));
        Folders.copy(from.copy, folder.resolve("log"));
        ids = new ArrayList<>(from.ids);
        open();
    }

    private void check(int step) {
        List<String> all = ids.stream().map(given::get).toList();
        for (Cursor id : given.keySet()) {
            int at = ids.indexOf(id);
            Place from = at < 0 ? Hand.lost(log, id.text()) : Place.at(Hand.at(log, id.text()));
            List<String> behind = Hand.words(log, from, "a");
            assertThat(behind)
                    .as("seed %d, step %d: behind %s", seed, step, id)
                    .isEqualTo(all.subList(all.size() - behind.size(), all.size()));
            if (at >= 0) assertThat(behind).hasSize(all.size() - at - 1);
        }
    }
}
