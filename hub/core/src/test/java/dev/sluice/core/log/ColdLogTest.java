package dev.sluice.core.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.memory.MemoryLog;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// The test log with pending reads completes them on request.
final class ColdLogTest {
    @Test
    void answersPendingReadsOnRequest() {
        try (ColdLog log = new ColdLog(MemoryLog.builder(new TestClock()).open())) {
            ReadCursor begin = ReadCursor.at(log.head());
            Selection selection = Selection.of(new ChannelName("a"));
            Publication publication = new Publication(TestLog.draft("a", "1", false), Conditions.NONE);
            Cursor first = ((AppendResult.Placed) TestLog.get(log.append(publication))).id();
            assertThat(log.read(begin, selection, Filter.NONE, 9, 99)).isInstanceOf(Read.Batch.class);
            log.coolBefore(first);
            assertThat(log.read(ReadCursor.at(first), selection, Filter.NONE, 9, 99))
                    .isInstanceOf(Read.CaughtUp.class);
            CompletableFuture<Read> answered = cold(log.read(begin, selection, Filter.NONE, 9, 99));
            CompletableFuture<Read> failed = cold(log.read(begin, selection, Filter.NONE, 9, 99));
            assertThat(log.pending()).isEqualTo(2);
            assertThat(answered).isNotDone();
            assertThat(log.answer()).isTrue();
            assertThat(TestLog.get(answered)).isInstanceOf(Read.Batch.class);
            log.fail(new IllegalStateException("a failing disk, simulated by this test"));
            assertThat(failed).isCompletedExceptionally();
            assertThat(log.answer()).isFalse();
        }
    }

    private static CompletableFuture<Read> cold(Read read) {
        return ((Read.Pending) read).later().toCompletableFuture();
    }
}
