package dev.sluice.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.event.Entry;
import dev.sluice.core.log.Contents;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Read;
import dev.sluice.core.log.Retention;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Readers at the edge of the tail, while events leave it.
final class TailEvictionTest {
    private static final int EVENTS = 40_000;

    @TempDir
    Path folder;

    @Test
    void losesNoEventForReadersAtTheEdgeOfTheTail() throws Exception {
        try (RocksLog log = RocksLog.builder(folder)
                        .retention(channel -> Retention.ALL)
                        .limits(limits -> limits.tailBytes(20_000))
                        .reserveBytes(0)
                        .open();
                ExecutorService threads = Executors.newCachedThreadPool()) {
            List<Future<?>> readers = new ArrayList<>();
            for (String selection : List.of("a", "**", "a")) {
                readers.add(threads.submit(() -> follow(log, selection)));
            }
            for (int i = 0; i < EVENTS; i++) {
                var stage = log.append(LogFixture.publication("a", Integer.toString(i)));
                if (i % 100 == 0) stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
            }
            for (Future<?> reader : readers) reader.get(60, TimeUnit.SECONDS);
        }
    }

    private static void follow(Log log, String selection) {
        ReadCursor place = ReadCursor.at(new Cursor(log.head().epoch(), 0));
        int next = 0;
        while (next < EVENTS) {
            switch (LogFixture.read(log, place, selection)) {
                case Read.Batch batch -> {
                    for (Entry entry : batch.entries()) {
                        assertThat(Contents.describe(entry)).isEqualTo(Integer.toString(next++));
                    }
                    place = place.moved(batch.next());
                }
                case Read.CaughtUp caughtUp -> place = place.moved(caughtUp.at());
                case Read.Missing missing -> throw new AssertionError("an unjustified gap:  " + missing);
                case Read.Pending pending -> throw new AssertionError("still pending");
            }
        }
    }
}
