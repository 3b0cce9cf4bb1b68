package dev.sluice.storage;

import static dev.sluice.core.log.TestLog.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Read;
import dev.sluice.core.log.Retention;
import dev.sluice.storage.engine.Damage;
import dev.sluice.storage.repair.Inspection;
import dev.sluice.storage.repair.Salvage;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A hole of the write-ahead log beside entries that share a record of the order: the loss that salvaging
/// reports for it reaches up to the next write, and not to what a trim wrote of earlier ones.
final class HoleTest {
    private static final String LOST = "the lost one";

    @TempDir
    Path folder;

    private RocksLog open() {
        return RocksLog.builder(folder)
                .retention(channel -> channel.value().equals("trimmed") ? Retention.events(20) : Retention.ALL)
                .limits(limits -> limits.slackMax(0))
                .reserveBytes(0)
                .open();
    }

    private static List<Publication> many(String channel, int count) {
        List<Publication> many = new ArrayList<>();
        for (int i = 0; i < count; i++) many.add(LogFixture.publication(channel, channel + " " + i));
        return many;
    }

    private static List<Cursor> ids(AppendResult.Batch batch) {
        return ((AppendResult.Batch.All) batch)
                .each().stream().map(each -> ((AppendResult.Placed) each).id()).toList();
    }

    /// The result for a reader after the log is salvaged without the write that has the lost event.
    private Read readAfterLoss(String channel, Cursor after) throws Exception {
        Damage.spoil(folder, LOST);
        assertThat(Salvage.of(folder, Clock.systemUTC())).isNotNull();
        assertThat(Inspection.of(folder).faults()).isEmpty();
        try (RocksLog log = open()) {
            return LogFixture.read(log, ReadCursor.at(LogFixture.at(log, after.text())), channel);
        }
    }

    @Test
    void endsBeforeABatch() throws Exception {
        Cursor inBatch;
        try (RocksLog log = open()) {
            LogFixture.publish(log, "a", LOST);
            inBatch = ids(get(log.appendAll(many("a", 100)))).get(50);
        }
        assertThat(readAfterLoss("a", inBatch)).isInstanceOf(Read.Batch.class);
    }

    @Test
    void doesNotEndAtTheTrimOfTheLostWrite() throws Exception {
        Cursor inLost;
        try (RocksLog log = open()) {
            get(log.appendAll(many("trimmed", 5)));
            LogFixture.publish(log, "a", "early");
            List<Publication> lost = many("trimmed", 30);
            lost.addAll(many("a", 9));
            lost.add(LogFixture.publication("a", LOST));
            inLost = ids(get(log.appendAll(lost))).get(37);
        }
        assertThat(readAfterLoss("a", inLost)).isInstanceOf(Read.Missing.class);
    }

    /// The batch is in a table, and the trim shortens its record.
    private Cursor loseAWriteThatTrimsAnOldBatch(boolean erases) {
        Cursor second;
        try (RocksLog log = open()) {
            second = ids(get(log.appendAll(many("trimmed", 20)))).get(1);
            get(log.appendAll(many("other", 100)));
        }
        try (RocksLog log = open()) {
            if (erases) get(log.forget(new ChannelName("trimmed"), second));
            return ids(get(log.appendAll(List.of(
                            LogFixture.publication("a", "seen"),
                            LogFixture.publication("a", LOST),
                            LogFixture.publication("trimmed", "next")))))
                    .getFirst();
        }
    }

    @Test
    void doesNotEndAtAnOldBatchThatIsTrimmed() throws Exception {
        assertThat(readAfterLoss("a", loseAWriteThatTrimsAnOldBatch(false))).isInstanceOf(Read.Missing.class);
    }

    @Test
    void doesNotEndAtAnOldBatchOfWhichAnEventIsErased() throws Exception {
        assertThat(readAfterLoss("a", loseAWriteThatTrimsAnOldBatch(true))).isInstanceOf(Read.Missing.class);
    }
}
