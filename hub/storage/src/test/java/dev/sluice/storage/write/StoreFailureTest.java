package dev.sluice.storage.write;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.Entry;
import dev.sluice.core.index.IndexReader;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Contents;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.LogLimits;
import dev.sluice.core.log.PendingAppend;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Read;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.TestAppend;
import dev.sluice.core.log.TestLog;
import dev.sluice.storage.engine.Engine;
import dev.sluice.storage.folder.LogUnavailableException;
import dev.sluice.storage.folder.Sync;
import dev.sluice.storage.record.Layout;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/// A disk that fails while a group of publishes is decided.
final class StoreFailureTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private static TestAppend append(String channel) {
        Draft draft = Draft.event(new ChannelName(channel), "message", Contents.text("x"));
        return TestAppend.of(new Publication(draft, Conditions.NONE));
    }

    private static void publish(Writer writer, String channel) {
        TestAppend append = append(channel);
        writer.append(append.pending());
        TestLog.get(append.outcome());
    }

    /// Breaks the record of a position in the order of all channels.
    private static void damage(Engine engine, long position) throws RocksDBException {
        try (WriteBatch batch = new WriteBatch()) {
            batch.put(engine.order, Layout.key(position), new byte[0]);
            engine.write(batch, false);
        }
    }

    /// The last publish goes to the channel that the trim before it has emptied, so the group is applied in between.
    @Test
    void aFailureAmidAGroupStopsTheWriterAndRepeatsNoEvent() throws RocksDBException {
        LogLimits limits = LogLimits.builder().entriesMax(20).slackMax(2).build();
        try (Engine engine = Engine.open(folder, null)) {
            var store = new RocksEntryStore(
                    engine, Sync.INTERVAL, InstantSource.system(), limits, channel -> Retention.ALL, 1L << 30);
            store.begin();
            var reader = new IndexReader(store.index(), new ColdReads(1));
            var writer = new Writer(store, reader, new DiskSpace(() -> 1, 0, () -> {}), InstantSource.system());
            writer.start(false);
            publish(writer, "emptied");
            for (int i = 0; i < 21; i++) publish(writer, "trimmed");
            ReadCursor head = ReadCursor.at(reader.head());
            damage(engine, 4);

            List<TestAppend> group = List.of(append("trimmed"), append("once"), append("emptied"));
            List<PendingAppend> pending =
                    group.stream().map(TestAppend::pending).toList();
            writer.appendEach(pending);

            for (TestAppend each : group)
                assertThat(each.outcome())
                        .failsWithin(PATIENCE)
                        .withThrowableThat()
                        .withCauseInstanceOf(LogUnavailableException.class);
            assertThat(writer.failStop().reason()).isNotNull();
            assertThat(positions(reader, head)).doesNotHaveDuplicates();
            writer.close(() -> {});
        }
    }

    private static List<Long> positions(IndexReader reader, ReadCursor place) {
        List<Long> positions = new ArrayList<>();
        Read read = reader.read(place, Selection.of("**"), Filter.NONE, 100, 1_000);
        for (Entry each : ((Read.Batch) read).entries()) positions.add(each.position());
        return positions;
    }
}
